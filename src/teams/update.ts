import { z } from 'zod'
import { pageSlug } from '../accounts/page-slug.ts'
import type { Context } from '../context.ts'
import type { Team } from '../db/generated/client/client.ts'
import { uniqueViolation } from '../db/violations.ts'
import { color, httpUrl, jsonObject, parse, text, timeZone, whole } from '../validation.ts'
import { slugTaken } from './slug.ts'
import { changeTeam } from './transaction.ts'

const Changes = z.object({
  id: z.string(),
  name: text(100).optional(),
  slug: pageSlug.optional(),
  logoUrl: httpUrl.nullish(),
  bio: text(2000).nullish(),
  brandColor: color.optional(),
  timeZone: timeZone.optional(),
  weekStart: whole(0, 6).optional(),
  display: jsonObject.optional(),
})

/**
 * Changes what the input names of a team and its booking page, as an owner.
 * @throws ApiError NOT_FOUND; FORBIDDEN; CONFLICT for a slug that is taken; INVALID_INPUT.
 */
export async function updateTeam(ctx: Context, input: unknown): Promise<Team> {
  const { id, slug, bio, brandColor, ...wanted } = parse(Changes, input)
  try {
    return await changeTeam(ctx, 'OWNER', id, 'input.id', async ({ tx, now, team }) => {
      const page = { slug, bio, brandColor, displayName: wanted.name, updatedAt: now }
      return tx.team.update({
        where: { id: team.id },
        data: { ...wanted, updatedAt: now, page: { update: page } },
      })
    })
  } catch (error) {
    if (uniqueViolation(error)?.includes('slug')) return slugTaken()
    throw error
  }
}
