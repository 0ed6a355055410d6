import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { EventType, Prisma } from '../db/generated/client/client.ts'
import { ApiError } from '../errors.ts'
import type { NewEvent } from '../event-log/kinds.ts'
import { writeEvents } from '../event-log/log.ts'
import { changeHost, changeHostsFound } from '../event-log/transaction.ts'
import { newUid } from '../ids.ts'
import { teamAs } from '../teams/policy.ts'
import { lockTeam } from '../teams/transaction.ts'
import { parse, slugOf } from '../validation.ts'
import {
  emitToHosts,
  eventTypeFacts,
  hostRows,
  membersNamed,
  requireNoTeamSettings,
  schedulingOf,
  teamSettingsIn,
} from './hosts.ts'
import { scheduleFor } from './hours.ts'
import { columnsOf, NewEventType, type NewSettings } from './settings.ts'
import { orSlugTaken } from './slug.ts'
import { firstFree } from './values.ts'

const MAX_EVENT_TYPES = 500

const Owner = z.object({ teamId: z.string().nullish() })

/**
 * Creates an event type of the viewer, or of a team that they are an admin of. By default it is the
 * last one on the booking page, and its slug is derived from its name.
 * @throws ApiError CONFLICT for a slug that is taken; LIMIT_REACHED with 500 that are not archived;
 * NOT_FOUND for a schedule that is not the host's, or a team; FORBIDDEN for a member of the team
 * with less; INVALID_INPUT.
 */
export async function createEventType(ctx: Context, input: unknown): Promise<EventType> {
  const { teamId } = parse(Owner, input)
  return orSlugTaken(teamId == null ? createOwn(ctx, input) : createForTeam(ctx, teamId, input))
}

async function createOwn(ctx: Context, input: unknown): Promise<EventType> {
  const { isOneOff, settings, ...hours } = parse(NewEventType, input)
  requireNoTeamSettings(input)
  return changeHost(ctx, hostOf(ctx), async change => {
    const { tx, now, hostId, emit } = change
    const data = await columnsAmong(tx, { hostId }, settings, now)
    const scheduleId = await scheduleFor(ctx, change, hours, settings.name, null)
    const eventType = await tx.eventType.create({ data: { ...data, isOneOff, scheduleId } })
    emit(createdEvent(eventType))
    return eventType
  })
}

async function createForTeam(ctx: Context, id: string, input: unknown): Promise<EventType> {
  const { team } = await teamAs(ctx, 'ADMIN', id, 'input.teamId')
  const asked = teamSettingsIn(input)
  const { isOneOff, settings } = parse(NewEventType, input)
  const scheduling = schedulingOf(asked)
  return changeHostsFound(
    ctx,
    () => membersNamed(ctx.db, team.id, asked),
    async shared => {
      const { tx, now } = shared
      await lockTeam(tx, team.id)
      await teamAs(ctx, 'ADMIN', team.id, 'input.teamId', tx)
      const hosts = await hostRows(tx, team.id, asked.hosts ?? [])
      const data = await columnsAmong(tx, { teamId: team.id }, settings, now)
      const eventType = await tx.eventType.create({ data: { ...data, isOneOff, scheduling } })
      await tx.eventTypeHost.createMany({
        data: hosts.map(host => ({ eventTypeId: eventType.id, ...host })),
      })
      emitToHosts(
        shared,
        hosts.map(({ hostId }) => hostId),
        createdEvent(eventType),
      )
      return eventType
    },
  )
}

/**
 * Creates the first event type of an account that the transaction has just created, so that its
 * booking page has something to book. Other processes cannot see the account yet, so its log needs
 * no lock.
 */
export async function createFirstEventType(
  { clock, formats }: Pick<Context, 'clock' | 'formats'>,
  tx: Tx,
  hostId: number,
): Promise<EventType> {
  const now = clock.now()
  const { settings } = parse(NewEventType, FIRST)
  const eventType = await tx.eventType.create({
    data: await columnsAmong(tx, { hostId }, settings, now),
  })
  const event = { ...createdEvent(eventType), isFirst: true, position: 0 }
  await writeEvents(tx, formats, hostId, now, [event], new Map())
  return eventType
}

const createdEvent = (eventType: EventType): NewEvent => ({
  kind: 'EVENT_TYPE_CREATED',
  eventTypeId: eventType.id,
  data: eventTypeFacts(eventType),
})

const FIRST = { name: '30 minute meeting', slug: '30min', durationMinutes: 30 }

/** The columns of a new one, with a slug and a place among those of the same owner. */
async function columnsAmong(
  tx: Tx,
  owner: { hostId: number } | { teamId: number },
  settings: NewSettings,
  now: Date,
): Promise<Prisma.EventTypeUncheckedCreateInput> {
  const others = await tx.eventType.findMany({
    where: { ...owner, archivedAt: null },
    select: { slug: true, position: true },
  })
  if (others.length >= MAX_EVENT_TYPES) {
    throw new ApiError(
      'LIMIT_REACHED',
      `An account or a team has at most ${MAX_EVENT_TYPES} event types.`,
      {
        limit: MAX_EVENT_TYPES,
      },
    )
  }
  const slugs = new Set(others.map(other => other.slug))
  const ownSlug = slugOf(settings.name, `${settings.durationMinutes}-min`)
  return {
    ...columnsOf({
      ...settings,
      slug: settings.slug ?? firstFree(ownSlug, candidate => slugs.has(candidate)),
      position: settings.position ?? Math.max(-1, ...others.map(other => other.position)) + 1,
    }),
    ...owner,
    uid: newUid('EventType'),
    createdAt: now,
    updatedAt: now,
  }
}
