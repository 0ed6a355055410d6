import { z } from 'zod'
import { type Context, hostOf } from '../../context.ts'
import type { Tx } from '../../db/client.ts'
import type { Booking, Invitee } from '../../db/generated/client/client.ts'
import { ApiError, type FieldProblem, invalidFields, notFound } from '../../errors.ts'
import { changeHostsFound } from '../../event-log/transaction.ts'
import {
  type BookableEventType,
  chooseLocation,
  findBookable,
  findOwnerOf,
  hostIdsOf,
  type Owner,
  parseAnswers,
  recurrenceOf,
  useLink,
} from '../../event-types/index.ts'
import { noteSubmitter } from '../../routing-forms/index.ts'
import { tokenHash } from '../../secrets.ts'
import { lengthOf } from '../../slots/days.ts'
import { membershipOf } from '../../teams/policy.ts'
import {
  email,
  instant,
  jsonObject,
  phone,
  text,
  timeZone,
  tryParse,
  whole,
} from '../../validation.ts'
import { requireMayBook } from '../rules/allowed.ts'
import { isStranger, withinBookingLimits } from '../rules/anonymous-limits.ts'
import { orTaken } from '../rules/availability.ts'
import { accountOf } from '../rules/invitee-account.ts'
import { place } from './insert.ts'
import { occurrencesOf, placeSeries } from './series.ts'

const MAX_GUESTS = 20

const BookInput = z.object({
  start: instant,
  durationMinutes: z.number().nullish(),
  invitee: z.object({
    name: text(200),
    email,
    timeZone: timeZone.nullish(),
    phone: phone.nullish(),
    locale: text(35).nullish(),
  }),
  guests: z
    .array(email, 'must be a list of e-mail addresses')
    .max(MAX_GUESTS, `must name at most ${MAX_GUESTS}`)
    .transform(guests => [...new Set(guests)])
    .nullish(),
  notes: text(5000).nullish(),
  keepUnknownAnswers: z.boolean().nullish(),
  acceptOwnLocation: z.boolean().nullish(),
  tracking: jsonObject.nullish(),
  metadata: jsonObject.nullish(),
  idempotencyKey: text(255).nullish(),
  reservationId: z.string().max(64).nullish(),
  routingSubmissionId: z.string().max(64).nullish(),
  recurrenceCount: whole(1, 100).nullish(),
})

// Parsed even if other fields are invalid, so that an error does not ask for a number that was
// sent.
const Phone = z.object({ invitee: z.object({ phone: z.string().nullish() }) })

/** How many starts a booking takes. */
const Repeats = z.object({ recurrenceCount: whole(1, 100).nullish() })

/** A booking that was made, or the first answer to the same request. */
export interface Booked {
  /** Of a series the first. */
  booking: Booking
  invitee: Invitee
  /** All of a series, in order. */
  occurrences?: Booking[]
}

interface Asked {
  eventType: unknown
  [field: string]: unknown
}

/**
 * Books a start as an invitee. A seated event type adds a seat to the booking that is there; with
 * `recurrenceCount` a series is booked, all of it or nothing.
 * @throws ApiError NOT_FOUND for the event type; INVALID_INPUT with all invalid fields;
 * SLOT_UNAVAILABLE with the reason; IDEMPOTENCY_CONFLICT when the key came with another request;
 * CONFLICT when the invitee has a seat there already; RATE_LIMITED for a stranger who books too
 * often.
 */
export async function book(ctx: Context, input: Asked): Promise<Booked> {
  // Before any work for callers who can only be strangers.
  if (ctx.viewer === null) await ctx.limits.take('bookingAttempts', ctx.clientAddress)
  const owner = await findOwnerOf(ctx, input.eventType, 'input.eventType')
  if (!(await isStranger(ctx, owner))) return bookWith(ctx, owner, input)
  if (ctx.viewer !== null) await ctx.limits.take('bookingAttempts', ctx.clientAddress)
  const starts = Repeats.safeParse(input).data?.recurrenceCount ?? 1
  return withinBookingLimits(ctx, owner, starts, () => bookWith(ctx, owner, input))
}

/**
 * Books a start for somebody, of one of the viewer's own event types or of a team that the viewer
 * is in. The invitee's zone is that of the host or the team unless it is given.
 * @throws ApiError as `book`; NOT_FOUND for an event type of others too.
 */
export async function bookForInvitee(ctx: Context, input: Asked): Promise<Booked> {
  const userId = hostOf(ctx)
  const owner = await findOwnerOf(ctx, input.eventType, 'input.eventType')
  const isTheirs =
    owner.teamId === null
      ? owner.hostId === userId
      : (await membershipOf(ctx, owner.teamId)) !== null
  if (!isTheirs) throw notFound('event type', 'input.eventType')
  return bookWith(ctx, owner, input, ({ homeZone }) => homeZone)
}

async function bookWith(
  ctx: Context,
  owner: Owner,
  input: Asked,
  zoneOf = ({ schedule }: BookableEventType) => schedule.timeZone,
): Promise<Booked> {
  const requestHash = hashOf({ ...input, idempotencyKey: undefined })
  const whose = { hostId: owner.hostId, teamId: owner.teamId }
  return orTaken(
    changeHostsFound(
      ctx,
      () => hostIdsOf(ctx.db, owner),
      async shared => {
        const { tx, now } = shared
        const repeated = await firstAnswer(tx, whose, input.idempotencyKey, requestHash)
        if (repeated !== undefined) return repeated
        // Looked at now that nobody else changes it.
        const eventType = await findBookable(ctx, input.eventType, 'input.eventType', tx)
        await requireMayBook(ctx, eventType)
        const wanted = read(eventType, input)
        const accountId = await accountOf(ctx, tx, wanted.invitee.email)
        const zone = wanted.invitee.timeZone ?? zoneOf(eventType)
        const booked: Booked =
          wanted.recurrence === null
            ? await place(shared, eventType, { ...wanted, accountId }, zone)
            : await placeSeries(
                shared,
                eventType,
                { ...wanted, accountId },
                wanted.recurrence,
                zone,
              )
        await useLink(tx, input.eventType, now, 'input.eventType')
        if (wanted.routingSubmissionId != null) {
          await noteSubmitter(
            shared,
            eventType.hosts,
            wanted.routingSubmissionId,
            booked.invitee.id,
          )
        }
        if (wanted.idempotencyKey != null) {
          await tx.idempotencyKey.create({
            data: {
              ...whose,
              key: wanted.idempotencyKey,
              requestHash,
              bookingId: booked.booking.id,
              inviteeId: booked.invitee.id,
              createdAt: now,
            },
          })
        }
        return booked
      },
    ),
  )
}

/** Of the request as it came, whatever the order of the keys in its objects. */
function hashOf(request: unknown): Uint8Array<ArrayBuffer> {
  const inOrder = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value
  return tokenHash(JSON.stringify(request, inOrder))
}

/** The request with every value checked against the event type, all problems in one refusal. */
function read(eventType: BookableEventType, input: { [field: string]: unknown }) {
  const problems: FieldProblem[] = []
  const collect = <T>(check: () => T): T | undefined => {
    try {
      return check()
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'INVALID_INPUT') throw error
      problems.push(...(error.details.fields ?? []))
      return undefined
    }
  }
  const fields = tryParse(BookInput, input, 'input', problems)?.value
  const {
    answers,
    unknown,
    problems: wrongAnswers,
  } = parseAnswers(
    eventType.questions,
    input.answers,
    'input.answers',
    input.keepUnknownAnswers === true,
  )
  problems.push(...wrongAnswers)
  const location = collect(() =>
    chooseLocation(eventType, input.location, 'input.location', {
      phone: Phone.safeParse(input).data?.invitee.phone,
      acceptOwn: input.acceptOwnLocation === true,
    }),
  )
  const durationMinutes = collect(() =>
    lengthOf(
      eventType,
      typeof input.durationMinutes === 'number' ? input.durationMinutes : null,
      'input.durationMinutes',
    ),
  )
  if (Array.isArray(input.guests) && input.guests.length > 0 && !eventType.allowGuests) {
    problems.push({ path: 'input.guests', message: 'this event type takes no guests' })
  }
  const recurrence = recurrenceOf(eventType)
  const count = fields?.recurrenceCount ?? null
  if (count !== null && recurrence === null) {
    problems.push({
      path: 'input.recurrenceCount',
      message: 'this event type cannot be booked as a series',
    })
  }
  if (count !== null && recurrence !== null && count > recurrence.count) {
    problems.push({ path: 'input.recurrenceCount', message: `must be at most ${recurrence.count}` })
  }
  if (
    problems.length > 0 ||
    fields === undefined ||
    durationMinutes === undefined ||
    location === undefined
  ) {
    throw invalidFields(problems)
  }
  const repeats = recurrence !== null && count !== null ? { ...recurrence, count } : null
  return {
    ...fields,
    answers: { ...unknown, ...answers },
    location,
    durationMinutes,
    recurrence: repeats,
  }
}

async function firstAnswer(
  tx: Tx,
  whose: Omit<Owner, 'id'>,
  key: unknown,
  requestHash: Uint8Array,
): Promise<Booked | undefined> {
  if (typeof key !== 'string') return undefined
  const first = await tx.idempotencyKey.findFirst({ where: { ...whose, key: key.trim() } })
  if (first === null) return undefined
  if (!Buffer.from(requestHash).equals(first.requestHash)) {
    const message = 'was used for another request'
    throw new ApiError('IDEMPOTENCY_CONFLICT', `The idempotency key ${message}.`, {
      fields: [{ path: 'input.idempotencyKey', message }],
    })
  }
  const booking = await tx.booking.findUniqueOrThrow({ where: { id: first.bookingId } })
  return {
    booking,
    invitee: await tx.invitee.findUniqueOrThrow({ where: { id: first.inviteeId } }),
    ...(booking.seriesUid !== null && { occurrences: await occurrencesOf(tx, booking.seriesUid) }),
  }
}
