import { z } from 'zod'
import { pageSlug, pageSlugsFor } from '../accounts/page-slug.ts'
import { DEFAULT_COLOR } from '../bounds.ts'
import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { Team } from '../db/generated/client/client.ts'
import { uniqueViolation } from '../db/violations.ts'
import { changeHost } from '../event-log/transaction.ts'
import { newUid } from '../ids.ts'
import { color, httpUrl, jsonObject, parse, text, timeZone, whole } from '../validation.ts'
import { requireRoomToJoin, requireRoomToOwn } from './limits.ts'
import { mainPlace } from './main-team.ts'
import { attachHooks } from './organization.ts'
import { slugTaken } from './slug.ts'

const MONDAY = 1

const NewTeam = z.object({
  name: text(100),
  slug: pageSlug.nullish(),
  logoUrl: httpUrl.nullish(),
  bio: text(2000).nullish(),
  brandColor: color.nullish(),
  timeZone: timeZone.nullish(),
  weekStart: whole(0, 6).nullish(),
  display: jsonObject.nullish(),
  unlessInOne: z.boolean().nullish(),
})

/**
 * Makes a team with its booking page, owned by the viewer. Its slug is made of its name unless
 * given; its zone is that of the viewer. With `unlessInOne` it answers their main team instead, if
 * they are in one: of many who ask at once, one makes it.
 * @throws ApiError CONFLICT for a slug that a host or a team has; LIMIT_REACHED; INVALID_INPUT.
 */
export async function createTeam(ctx: Context, input: unknown): Promise<Team> {
  const wanted = parse(NewTeam, input)
  if (wanted.slug != null) return (await create(ctx, wanted, wanted.slug)) ?? slugTaken()
  for (const candidate of pageSlugsFor(wanted.name, 'team')) {
    const taken = await ctx.db.bookingPage.findUnique({ where: { slug: candidate } })
    // Between the look and the write somebody of the same name may take it.
    const team = taken === null ? await create(ctx, wanted, candidate) : undefined
    if (team !== undefined) return team
  }
  return slugTaken()
}

/** Makes the team; undefined when the slug is taken. */
async function create(
  ctx: Context,
  wanted: z.output<typeof NewTeam>,
  slug: string,
): Promise<Team | undefined> {
  try {
    return await changeHost(ctx, hostOf(ctx), async ({ tx, now, hostId: userId }) => {
      const main = wanted.unlessInOne ? await mainTeamOf(tx, userId) : undefined
      if (main !== undefined) return main
      await requireRoomToOwn(tx, userId)
      await requireRoomToJoin(tx, userId)
      const owner = await tx.user.findUniqueOrThrow({ where: { id: userId } })
      const { name, bio = null, brandColor } = wanted
      const page = {
        slug,
        displayName: name,
        bio,
        brandColor: brandColor ?? DEFAULT_COLOR,
        updatedAt: now,
      }
      const team = await tx.team.create({
        data: {
          uid: newUid('Team'),
          name,
          logoUrl: wanted.logoUrl ?? null,
          timeZone: wanted.timeZone ?? owner.timeZone,
          weekStart: wanted.weekStart ?? MONDAY,
          display: wanted.display ?? {},
          createdAt: now,
          updatedAt: now,
          page: { create: page },
          members: {
            create: {
              uid: newUid('TeamMember'),
              userId,
              role: 'OWNER',
              acceptedAt: now,
              createdAt: now,
              updatedAt: now,
            },
          },
        },
      })
      await attachHooks(tx, userId, team.id)
      return team
    })
  } catch (error) {
    if (uniqueViolation(error)?.includes('slug')) return undefined
    throw error
  }
}

async function mainTeamOf(tx: Tx, userId: number): Promise<Team | undefined> {
  const { memberships } = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: mainPlace,
  })
  return memberships[0]?.team
}
