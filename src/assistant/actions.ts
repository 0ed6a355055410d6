import { isUnavailableReason, requireFree } from '../bookings/rules/availability.ts'
import { book } from '../bookings/write/book.ts'
import { MAX_RANGE_DAYS, MAX_TIMES } from '../bounds.ts'
import type { Context } from '../context.ts'
import type { Booking, EventType, Invitee } from '../db/generated/client/client.ts'
import { ApiError, invalid, notFound } from '../errors.ts'
import {
  findBookable,
  listOnBookingPage,
  locationsOf,
  type Question,
  questionsOf,
} from '../event-types/index.ts'
import { addDays, type UnavailableReason } from '../slot-engine/index.ts'
import { offeredDays } from '../slots/days.ts'
import { instantOf } from '../slots/rules.ts'
import type { Callable } from './reading/event-type.ts'
import { type DayRange, earliest } from './reading/when.ts'

/** An event type of the page, as its invitees may know it. */
export interface OfferedType extends Callable {
  uid: string
  description: string | null
  questions: Question[]
  /** What the invitee has to give of the place. */
  place: Place | null
  /** Minutes between two starts. */
  step: number
}

/** What invitees of some places have to give: the kind of place, and what of it. */
export type Place = { kind: string; asks: 'PHONE' | 'ADDRESS' | 'TEXT' }

/** A start of an event type for somebody. */
export interface BookRequest {
  slug: string
  durationMinutes: number
  start: Date
  zone: string
  name: string
  email: string
  phone: string | null
  /** The address, or the words for the place, where the invitee gives them. */
  place: string | null
  answers: Record<string, unknown>
}

/** A booking that was made. */
export interface Booked {
  booking: Booking
  invitee: Invitee
}

/**
 * What the assistant can do for one booking page, and all that it can do: what the public page
 * offers. Whatever a message says, nothing else is within reach.
 */
export interface BookingActions {
  hostName: string
  hostZone: string
  pageUrl: string
  /** In the order of the page; neither secret nor archived ones. */
  eventTypes: readonly OfferedType[]
  /** The free starts of some days of a zone, at most 62, in order. */
  free(slug: string, durationMinutes: number, days: DayRange, zone: string): Promise<Date[]>
  /** Why a start is not free; undefined when it is. */
  whyNot(
    slug: string,
    durationMinutes: number,
    start: Date,
    zone: string,
  ): Promise<UnavailableReason | undefined>
  /** As the mutation `book`. @throws ApiError as it does. */
  book(request: BookRequest): Promise<Booked>
  now(): Date
}

// The longest day, on which clocks are put back by an hour.
const LONGEST_DAY_MINUTES = 25 * 60

/** The actions for the booking page with this slug. @throws ApiError NOT_FOUND. */
export async function bookingActionsOf(
  ctx: Context,
  page: string,
): Promise<BookingActions & { pageId: number }> {
  const found = await ctx.db.bookingPage.findUnique({
    where: { slug: page },
    include: { host: true, team: true },
  })
  const owner = found?.host ?? found?.team
  if (found === null || owner == null) throw notFound('booking page', 'input.pageSlug')
  const { edges } = await listOnBookingPage(ctx, found, { first: 100 })
  const eventTypes = edges.map(({ node }) => offered(node))
  const ref = (slug: string) => {
    if (typeOf({ eventTypes }, slug) === undefined) throw notFound('event type', 'input.eventType')
    return { page, slug }
  }

  return {
    pageId: found.id,
    hostName: found.displayName,
    hostZone: owner.timeZone,
    pageUrl: `${ctx.publicUrl}/${page}`,
    eventTypes,
    now: () => ctx.clock.now(),
    async free(slug, durationMinutes, { first, last }, timeZone) {
      const step = typeOf({ eventTypes }, slug)?.step ?? durationMinutes
      const atOnce = Math.max(
        1,
        Math.min(MAX_RANGE_DAYS, Math.floor((MAX_TIMES * step) / LONGEST_DAY_MINUTES)),
      )
      const starts: Date[] = []
      for (let start = first; start <= last; start = addDays(start, atOnce)) {
        const end = earliest(last, addDays(start, atOnce - 1))
        const days = await offeredDays(ctx, {
          eventType: ref(slug),
          start,
          end,
          timeZone,
          durationMinutes,
        })
        starts.push(...days.flatMap(({ slots }) => slots.map(slot => instantOf(slot.start))))
      }
      return starts
    },
    async whyNot(slug, durationMinutes, startAt, timeZone) {
      const eventType = await findBookable(ctx, ref(slug), 'input.eventType')
      try {
        await requireFree(
          ctx.db,
          eventType,
          { startAt, durationMinutes, timeZone },
          ctx.clock.now(),
        )
        return undefined
      } catch (error) {
        const reason = reasonIn(error)
        if (reason === undefined) throw error
        return reason
      }
    },
    book: ({ slug, durationMinutes, start, zone, name, email, phone, place, answers }) => {
      const type = typeOf({ eventTypes }, slug)
      return book(ctx, {
        eventType: ref(slug),
        start: start.toISOString(),
        durationMinutes,
        invitee: { name, email, timeZone: zone, phone },
        answers,
        ...(type?.place && place !== null && { location: locationWith(type.place, place) }),
      })
    },
  }
}

/** Why a start was refused; undefined for an error of another kind. */
export const reasonIn = (error: unknown): UnavailableReason | undefined =>
  error instanceof ApiError &&
  error.code === 'SLOT_UNAVAILABLE' &&
  isUnavailableReason(error.details.reason)
    ? error.details.reason
    : undefined

function offered(row: EventType): OfferedType {
  const { uid, slug, name, description, durationMinutes, durationOptions, slotIntervalMinutes } =
    row
  const [location] = locationsOf(row)
  return {
    uid,
    slug,
    name,
    description,
    lengths: [...new Set([durationMinutes, ...durationOptions])],
    questions: questionsOf(row).filter(({ required, isHidden }) => required && !isHidden),
    place: location === undefined ? null : placeOf(location.kind),
    step: slotIntervalMinutes ?? durationMinutes,
  }
}

function placeOf(kind: string): Place | null {
  if (kind === 'PHONE_INVITEE') return { kind, asks: 'PHONE' }
  if (kind === 'ADDRESS_INVITEE') return { kind, asks: 'ADDRESS' }
  return kind === 'ASK_INVITEE' ? { kind, asks: 'TEXT' } : null
}

const locationWith = ({ kind, asks }: Place, words: string) =>
  asks === 'ADDRESS' ? { kind, address: words } : { kind, text: words }

/** The event type of the page with this slug; undefined when it has none. */
export const typeOf = (
  { eventTypes }: Pick<BookingActions, 'eventTypes'>,
  slug: string | null | undefined,
) => eventTypes.find(each => each.slug === slug)

/** The same. @throws ApiError INVALID_INPUT when it has none. */
export function typeNamed(actions: Pick<BookingActions, 'eventTypes'>, slug: string): OfferedType {
  const found = typeOf(actions, slug)
  if (found === undefined) throw invalid('eventType', 'is not an event type of this page')
  return found
}
