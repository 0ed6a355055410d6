import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { EventType } from '../db/generated/client/client.ts'
import { ApiError } from '../errors.ts'
import { changeHost, changeHostsFound } from '../event-log/transaction.ts'
import { teamAs } from '../teams/policy.ts'
import { lockTeam } from '../teams/transaction.ts'
import { parse } from '../validation.ts'
import { findOwn, findToChange, hostIdsOf, type Owner } from './find.ts'
import {
  emitToHosts,
  eventTypeFacts,
  hostRows,
  membersNamed,
  replaceHosts,
  requireNoTeamSettings,
  schedulingOf,
  teamSettingsIn,
} from './hosts.ts'
import { scheduleFor } from './hours.ts'
import { changesTo, columnsOf } from './settings.ts'
import { orSlugTaken } from './slug.ts'

const Target = z.object({ id: z.string() })

/**
 * Changes what the input names. Bookings that exist stay as they are, and with their hosts.
 * @throws ApiError NOT_FOUND, for a schedule that is not the host's too; FORBIDDEN for a member of
 * the team with less than ADMIN; CONFLICT for a slug that is taken or an event type that is
 * archived; INVALID_INPUT.
 */
export async function updateEventType(ctx: Context, input: unknown): Promise<EventType> {
  const { id } = parse(Target, input)
  const owner = await findToChange(ctx, id, 'input.id')
  return orSlugTaken(
    owner.teamId === null
      ? updateOwn(ctx, id, input)
      : updateOfTeam(ctx, owner, owner.teamId, input),
  )
}

async function updateOwn(ctx: Context, id: string, input: unknown): Promise<EventType> {
  return changeHost(ctx, hostOf(ctx), async change => {
    const { tx, now, emit } = change
    const before = await findOwn(ctx, id, 'input.id', tx)
    if (before.archivedAt !== null) throw archived()
    const { settings, ...hours } = parse(changesTo(before), input)
    requireNoTeamSettings(input)
    const eventType = await tx.eventType.update({
      where: { id: before.id },
      data: {
        ...columnsOf(settings),
        scheduleId: await scheduleFor(ctx, change, hours, settings.name, before),
        updatedAt: now,
      },
    })
    emit({ kind: 'EVENT_TYPE_UPDATED', eventTypeId: eventType.id, data: eventTypeFacts(eventType) })
    return eventType
  })
}

async function updateOfTeam(
  ctx: Context,
  owner: Owner,
  teamId: number,
  input: unknown,
): Promise<EventType> {
  const asked = teamSettingsIn(input)
  // Those who were hosts and those who shall be.
  const concerned = async (db = ctx.db) => [
    ...(await hostIdsOf(db, owner)),
    ...(await membersNamed(db, teamId, asked)),
  ]
  return changeHostsFound(ctx, concerned, async shared => {
    const { tx, now } = shared
    await lockTeam(tx, teamId)
    await teamAs(ctx, 'ADMIN', teamId, 'input.id', tx)
    const before = await tx.eventType.findUniqueOrThrow({ where: { id: owner.id } })
    if (before.archivedAt !== null) throw archived()
    const { settings } = parse(changesTo(before), input)
    const hostIds = await hostIdsOf(tx, owner)
    if (asked.hosts != null)
      await replaceHosts(tx, owner.id, await hostRows(tx, teamId, asked.hosts))
    const eventType = await tx.eventType.update({
      where: { id: owner.id },
      data: { ...columnsOf(settings), scheduling: schedulingOf(asked, before), updatedAt: now },
    })
    const told = new Set([...hostIds, ...(await hostIdsOf(tx, owner))])
    emitToHosts(shared, [...told], {
      kind: 'EVENT_TYPE_UPDATED',
      eventTypeId: eventType.id,
      data: eventTypeFacts(eventType),
    })
    return eventType
  })
}

const archived = () =>
  new ApiError('CONFLICT', 'An archived event type cannot be changed.', {
    fields: [{ path: 'input.id', message: 'is archived' }],
  })
