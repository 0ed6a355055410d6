import { z } from 'zod'
import { byId } from '../../ids.ts'
import { email, instant, text } from '../../validation.ts'

const ids = z.array(z.string().max(64)).max(100, 'must name at most 100')
const statuses = z.array(z.enum(['PENDING', 'CONFIRMED', 'CANCELLED', 'DENIED']))

/** Which bookings to list, as a client says it. */
export const BookingFilter = z
  .object({
    ids: ids.nullish(),
    statuses: statuses.nullish(),
    eventTypeIds: ids.nullish(),
    teamIds: ids.nullish(),
    inviteeEmail: email.nullish(),
    inviteeName: text(200).nullish(),
    startsFrom: instant.nullish(),
    startsBefore: instant.nullish(),
    endsFrom: instant.nullish(),
    endsBefore: instant.nullish(),
    createdFrom: instant.nullish(),
    createdBefore: instant.nullish(),
    updatedFrom: instant.nullish(),
    updatedBefore: instant.nullish(),
    anyOf: z
      .array(
        z.object({
          statuses: statuses.nullish(),
          isInSeries: z.boolean().nullish(),
          endsFrom: instant.nullish(),
          endsBefore: instant.nullish(),
        }),
      )
      .max(10, 'must have at most 10 entries')
      .nullish(),
  })
  .nullish()

/**
 * Whose bookings: those that an account attends as a host, with all of a team or without, or with
 * those in which it has a seat; or those of a team, of which it may be only what an account
 * attends, by its id or databaseId. With `members`, also those of the own event types of these
 * accounts.
 */
export type Whose =
  | { hostId: number; teamId?: number; asInvitee?: boolean; members?: readonly number[] }
  | { teamId: number; attendedBy?: string | undefined; members?: readonly number[] }

/** Conditions of where clauses, with the values of their parameters. */
export interface Conditions {
  /**
   * One for those that stand in the account's or the team's own rows, one for those that the
   * account attends beside others.
   */
  wheres: { from: string; texts: string[] }[]
  values: unknown[]
}

/**
 * Each filter with the index that serves it: (hostId, status, startAt), (hostId, eventTypeId,
 * startAt), (hostId, email, bookingId).
 */
export function conditions(whose: Whose, filter: z.output<typeof BookingFilter>): Conditions {
  const values: unknown[] = ['hostId' in whose ? whose.hostId : whose.teamId]
  const texts: string[] = []
  const add = (text: (parameter: string) => string, value: unknown) => {
    if (value == null) return
    values.push(value)
    texts.push(text(`$${values.length}`))
  }
  const statuses = filter?.statuses ?? null
  // One status can use its index with the order; a list of them cannot.
  if (statuses?.length === 1) add(p => `b."status" = ${p}::"BookingStatus"`, statuses[0])
  else add(p => `b."status" = any(${p}::"BookingStatus"[])`, statuses)
  const addIds = (text: (oneOf: string) => string, named: string[] | null | undefined) => {
    if (named == null) return
    const keys = named.map(byId)
    values.push(keys.flatMap(key => ('uid' in key ? [key.uid] : [])))
    const uids = `$${values.length}`
    add(
      p => text(`("uid" = any(${uids}::text[]) or "id" = any(${p}::int[]))`),
      keys.flatMap(key => ('id' in key ? [key.id] : [])),
    )
  }
  addIds(oneOf => `b."id" in (select "id" from "Booking" where ${oneOf})`, filter?.ids)
  addIds(
    oneOf => `b."eventTypeId" in (select "id" from "EventType" where ${oneOf})`,
    filter?.eventTypeIds,
  )
  addIds(oneOf => `b."teamId" in (select "id" from "Team" where ${oneOf})`, filter?.teamIds)
  add(
    p =>
      `exists (select from "Invitee" i where i."bookingId" = b."id" and position(lower(${p}) in lower(i."name")) > 0)`,
    filter?.inviteeName,
  )
  add(p => `b."startAt" >= ${p}::timestamptz`, filter?.startsFrom)
  add(p => `b."startAt" < ${p}::timestamptz`, filter?.startsBefore)
  add(p => `b."endAt" >= ${p}::timestamptz`, filter?.endsFrom)
  add(p => `b."endAt" < ${p}::timestamptz`, filter?.endsBefore)
  add(p => `b."createdAt" >= ${p}::timestamptz`, filter?.createdFrom)
  add(p => `b."createdAt" < ${p}::timestamptz`, filter?.createdBefore)
  add(p => `b."updatedAt" >= ${p}::timestamptz`, filter?.updatedFrom)
  add(p => `b."updatedAt" < ${p}::timestamptz`, filter?.updatedBefore)
  if (filter?.anyOf != null) {
    const cases = filter.anyOf.map(each => {
      const all: string[] = []
      const need = (text: (parameter: string) => string, value: unknown) => {
        if (value == null) return
        values.push(value)
        all.push(text(`$${values.length}`))
      }
      need(p => `b."status" = any(${p}::"BookingStatus"[])`, each.statuses)
      need(p => `(b."seriesUid" is not null) = ${p}::boolean`, each.isInSeries)
      need(p => `b."endAt" >= ${p}::timestamptz`, each.endsFrom)
      need(p => `b."endAt" < ${p}::timestamptz`, each.endsBefore)
      return all.length === 0 ? 'true' : `(${all.join(' and ')})`
    })
    texts.push(cases.length === 0 ? 'false' : `(${cases.join(' or ')})`)
  }

  const byEmail = (text: string): string[] => (filter?.inviteeEmail == null ? [] : [text])
  if (filter?.inviteeEmail != null) values.push(filter.inviteeEmail)
  const p = `$${values.length}`
  const ofThis = byEmail(
    `exists (select from "Invitee" i where i."bookingId" = b."id" and i."email" = ${p})`,
  )
  if (!('hostId' in whose)) {
    const attended = whose.attendedBy == null ? [] : [attends(accountId(values, whose.attendedBy))]
    return {
      wheres: [
        { from: '"Booking" b', texts: ['b."teamId" = $1', ...attended, ...texts, ...ofThis] },
        ...ownOf(values, whose.members, [...attended, ...texts, ...ofThis]),
      ],
      values,
    }
  }
  const ofHost = byEmail(
    `b."id" in (select "bookingId" from "Invitee" where "hostId" = $1 and "email" = ${p})`,
  )
  return {
    wheres: [
      { from: '"Booking" b', texts: ['b."hostId" = $1', ...texts, ...ofHost] },
      {
        from: '"CoHost" c join "Booking" b on b."id" = c."bookingId"',
        texts: ['c."hostId" = $1', ...texts, ...ofThis],
      },
      ...(whose.teamId === undefined ? [] : [ofTeam(values, whose.teamId, [...texts, ...ofThis])]),
      ...ownOf(values, whose.members, ['b."hostId" <> $1', ...texts, ...ofThis]),
      ...(whose.asInvitee === true ? [asInvitee([...texts, ...ofThis])] : []),
    ],
    values,
  }
}

/** Those of the own event types of some accounts. */
function ownOf(values: unknown[], members: readonly number[] | undefined, texts: string[]) {
  if (members === undefined || members.length === 0) return []
  values.push(members)
  return [
    {
      from: '"Booking" b',
      texts: ['b."teamId" is null', `b."hostId" = any($${values.length}::int[])`, ...texts],
    },
  ]
}

/**
 * Those in which the account of the first parameter has a seat, and that it does not attend as a
 * host.
 */
const asInvitee = (texts: string[]) => ({
  from: '"Booking" b',
  texts: [
    `b."id" in (select "bookingId" from "Invitee" where "accountId" = $1)`,
    `not ${attends('$1')}`,
    ...texts,
  ],
})

/** Those of a team that the account of the first parameter does not attend. */
function ofTeam(values: unknown[], teamId: number, texts: string[]) {
  values.push(teamId)
  return {
    from: '"Booking" b',
    texts: [`b."teamId" = $${values.length}`, `not ${attends('$1')}`, ...texts],
  }
}

const attends = (account: string): string =>
  `(b."hostId" = ${account} or exists (select from "CoHost" a where a."bookingId" = b."id" and a."hostId" = ${account}))`

/** The account that an id names, as an expression. */
function accountId(values: unknown[], id: string): string {
  const key = byId(id)
  values.push('uid' in key ? key.uid : key.id)
  return `(select "id" from "User" where "${'uid' in key ? 'uid' : 'id'}" = $${values.length})`
}
