import { z } from 'zod'
import type { Tx } from '../db/client.ts'
import { type EventType, type EventTypeHost, Scheduling } from '../db/generated/client/client.ts'
import { type FieldProblem, invalid, invalidFields } from '../errors.ts'
import type { NewEvent } from '../event-log/kinds.ts'
import type { SharedChange } from '../event-log/transaction.ts'
import { byId } from '../ids.ts'
import { parse, whole } from '../validation.ts'

const MAX_HOSTS = 100

const WantedHost = z.object({
  userId: z.string(),
  isFixed: z.boolean().nullish(),
  priority: whole(0, 4).nullish(),
  weight: whole(1, 1000).nullish(),
  scheduleId: z.string().nullish(),
})

const TeamSettings = z.object({
  scheduling: z.enum(Scheduling).nullish(),
  hosts: z.array(WantedHost).max(MAX_HOSTS, `must have at most ${MAX_HOSTS} entries`).nullish(),
  scheduleId: z.null('belongs to the hosts of a team: each has their own').optional(),
  hours: z.null('belong to the hosts of a team: each has their own').optional(),
  seats: z.literal(1, 'must be 1 for an event type of a team').nullish(),
})

/** What only a team's event type has, as an input says it. */
export type TeamSettings = Pick<z.output<typeof TeamSettings>, 'scheduling' | 'hosts'>

/** Reads it, for an event type of a team. @throws ApiError INVALID_INPUT. */
export const teamSettingsIn = (input: unknown): TeamSettings => parse(TeamSettings, input)

const OwnSettings = z.object({
  scheduling: z.null('belongs to event types of teams').optional(),
  hosts: z.null('belongs to event types of teams').optional(),
})

/** @throws ApiError INVALID_INPUT for what only a team's event type has. */
export function requireNoTeamSettings(input: unknown): void {
  parse(OwnSettings, input)
}

/**
 * The members whom an input names as hosts: whom a change of them has to lock. Nobody makes others
 * than those wait.
 */
export async function membersNamed(
  db: Tx,
  teamId: number,
  { hosts }: TeamSettings,
): Promise<number[]> {
  if (hosts == null || hosts.length === 0) return []
  const members = await db.teamMember.findMany({
    where: {
      teamId,
      acceptedAt: { not: null },
      user: { OR: hosts.map(host => byId(host.userId)) },
    },
    select: { userId: true },
  })
  return members.map(member => member.userId)
}

type HostRow = Omit<EventTypeHost, 'eventTypeId' | 'turn'>

/**
 * The rows of the hosts that an input names: members of the team who have accepted, each once, with
 * schedules of theirs.
 * @throws ApiError INVALID_INPUT that names all that are none.
 */
export async function hostRows(
  tx: Tx,
  teamId: number,
  hosts: NonNullable<TeamSettings['hosts']>,
): Promise<HostRow[]> {
  const problems: FieldProblem[] = []
  const rows: HostRow[] = []
  for (const [index, host] of hosts.entries()) {
    const report = (field: string, message: string) =>
      problems.push({ path: `input.hosts.${index}.${field}`, message })
    const member = await tx.teamMember.findFirst({
      where: { teamId, acceptedAt: { not: null }, user: byId(host.userId) },
    })
    const schedule =
      host.scheduleId == null || member === null
        ? null
        : await tx.schedule.findUnique({
            where: { ...byId(host.scheduleId), hostId: member.userId },
          })
    if (member === null) report('userId', 'is no member of the team who has accepted')
    else if (rows.some(row => row.hostId === member.userId)) report('userId', 'is named twice')
    else if (host.scheduleId != null && schedule === null)
      report('scheduleId', 'is no schedule of this host')
    else {
      const { isFixed, priority, weight } = host
      rows.push({
        hostId: member.userId,
        memberId: member.id,
        isFixed: isFixed ?? false,
        priority: priority ?? 2,
        weight: weight ?? 100,
        scheduleId: schedule?.id ?? null,
      })
    }
  }
  if (problems.length > 0) throw invalidFields(problems)
  return rows
}

/** Makes these the hosts of an event type. Those who stay keep their turn. */
export async function replaceHosts(tx: Tx, eventTypeId: number, rows: HostRow[]) {
  await tx.eventTypeHost.deleteMany({
    where: { eventTypeId, hostId: { notIn: rows.map(row => row.hostId) } },
  })
  for (const row of rows) {
    const { hostId } = row
    const place = { eventTypeId_hostId: { eventTypeId, hostId } }
    await tx.eventTypeHost.upsert({ where: place, create: { eventTypeId, ...row }, update: row })
  }
}

/** Appends an event to the log of each host. */
export function emitToHosts(
  shared: SharedChange,
  hostIds: readonly number[],
  event: NewEvent,
): void {
  for (const hostId of hostIds) shared.of(hostId).emit(event)
}

/**
 * How a team's event type must be scheduled.
 * @throws ApiError INVALID_INPUT for a new one that does not say.
 */
export function schedulingOf({ scheduling }: TeamSettings, before?: EventType): Scheduling {
  const found = scheduling ?? before?.scheduling
  if (found == null)
    throw invalid('input.scheduling', 'is missing: an event type of a team asks for it')
  return found
}

/** What the log says of an event type. */
export const eventTypeFacts = ({ uid, name, slug }: EventType) => ({ id: uid, name, slug })
