import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import { transact } from '../db/transact.ts'
import { uniqueViolation } from '../db/violations.ts'
import { ApiError } from '../errors.ts'
import { color, httpUrl, parse, text, timeZone, whole } from '../validation.ts'
import { pageSlug } from './page-slug.ts'

export const Profile = z.object({
  name: text(100).optional(),
  timeZone: timeZone.optional(),
  locale: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag, such as en or pt-BR')
    .max(35, 'must have at most 35 characters')
    .optional(),
  avatarUrl: httpUrl.nullish(),
  timeFormat: z.literal([12, 24], 'must be 12 or 24').optional(),
  weekStart: whole(0, 6).optional(),
})

export const Page = z.object({
  slug: pageSlug.optional(),
  displayName: text(100).optional(),
  bio: text(2000).nullish(),
  brandColor: color.optional(),
  welcomeMessage: text(2000).nullish(),
})

/** Changes the fields that the input names. @throws ApiError INVALID_INPUT. */
export async function updateProfile(ctx: Context, input: unknown) {
  const id = hostOf(ctx)
  const data = { ...parse(Profile, input), updatedAt: ctx.clock.now() }
  return transact(ctx, ({ tx }) => tx.user.update({ where: { id }, data }))
}

/**
 * Changes the fields that the input names.
 * @throws ApiError INVALID_INPUT; CONFLICT for a slug that is taken.
 */
export async function updateBookingPage(ctx: Context, input: unknown) {
  const hostId = hostOf(ctx)
  const wanted = parse(Page, input)
  const data = { ...wanted, updatedAt: ctx.clock.now() }
  try {
    return await transact(ctx, ({ tx }) => tx.bookingPage.update({ where: { hostId }, data }))
  } catch (error) {
    if (!uniqueViolation(error)) throw error
    throw new ApiError('CONFLICT', 'The slug is taken.', {
      fields: [{ path: 'input.slug', message: 'is taken' }],
    })
  }
}
