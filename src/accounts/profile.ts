import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import { uniqueViolation } from '../db/violations.ts'
import { color, httpUrl, parse, text, timeZone, whole } from '../parse.ts'
import { Refusal } from '../refusal.ts'
import { pageSlug } from './page-slug.ts'

const Profile = z.object({
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

const Page = z.object({
  slug: pageSlug.optional(),
  displayName: text(100).optional(),
  bio: text(2000).nullish(),
  brandColor: color.optional(),
  welcomeMessage: text(2000).nullish(),
})

/** Changes the fields that the input names. @throws Refusal INVALID_INPUT. */
export async function updateProfile(ctx: Context, input: unknown) {
  const id = hostOf(ctx)
  const wanted = parse(Profile, input)
  return ctx.db.user.update({ where: { id }, data: { ...wanted, updatedAt: ctx.clock.now() } })
}

/** Changes the fields that the input names. @throws Refusal INVALID_INPUT; CONFLICT for a slug that is taken. */
export async function updateBookingPage(ctx: Context, input: unknown) {
  const hostId = hostOf(ctx)
  const wanted = parse(Page, input)
  try {
    return await ctx.db.bookingPage.update({ where: { hostId }, data: { ...wanted, updatedAt: ctx.clock.now() } })
  } catch (error) {
    if (!uniqueViolation(error)) throw error
    throw new Refusal('CONFLICT', 'The slug is taken.', { fields: [{ path: 'input.slug', message: 'is taken' }] })
  }
}
