// Booking pages whose free starts come from the slot engine itself, without a database: for the
// table of messages.
import { DateTime } from 'luxon'
import type { BookingActions, OfferedType } from '../../src/assistant/actions.ts'
import { unavailable } from '../../src/bookings/rules/availability.ts'
import type { Booking, Invitee } from '../../src/db/generated/client/client.ts'
import { endOfDay, type SlotQuery, slots, startOfDay, whyNot } from '../../src/slot-engine/index.ts'
import { claim, givenQuery, hours, schedule, WEEKDAYS } from '../slot-engine/given.ts'

const type = (
  slug: string,
  name: string,
  lengths: number[],
  more: Partial<OfferedType> = {},
): OfferedType => ({
  uid: `et_${slug}`,
  slug,
  name,
  lengths,
  description: null,
  questions: [],
  place: null,
  step: 30,
  ...more,
})

const pages = {
  /** One event type, of half an hour. */
  solo: [type('intro', 'Intro', [30], { description: 'We get to know each other.' })],
  full: [
    type('quick-chat', 'Quick Chat', [15]),
    type('30-minute-call', '30 Minute Call', [30]),
    type('consultation', 'Consultation', [60, 90]),
  ],
  /** Asks for a number and answers. */
  asking: [
    type('visit', 'Visit', [30], {
      place: { kind: 'PHONE_INVITEE', asks: 'PHONE' },
      questions: [
        question('topic', 'What is it about?', 'TEXT'),
        question('size', 'How many people are you?', 'SELECT', ['1-10', '11-50', 'more']),
      ],
    }),
  ],
  none: [],
}

function question(
  key: string,
  label: string,
  kind: 'TEXT' | 'SELECT',
  options: string[] = [],
): OfferedType['questions'][number] {
  return {
    key,
    label,
    kind,
    options,
    required: true,
    allowOther: false,
    isHidden: false,
    disableOnPrefill: false,
  }
}

export type PageName = keyof typeof pages

/**
 * Jane's page, as of an instant: Monday to Friday, 09:00 to 17:00 in London, 60 days ahead. Tuesday
 * 3 March at 15:00 is taken and Friday 6 March is a day off; bookings are kept in `made`.
 */
export function givenPage(
  name: PageName,
  now: string,
): BookingActions & { made: { start: Date; name: string; email: string }[] } {
  const taken = [
    claim('2026-03-03T15:00Z', '2026-03-03T15:30Z'),
    claim('2026-03-06T00:00Z', '2026-03-07T00:00Z'),
  ]
  const made: { start: Date; name: string; email: string }[] = []
  const minuteOf = (instant: Date) => instant.getTime() / 60_000
  const query = (
    more: Partial<SlotQuery>,
    durationMinutes: number,
    viewerZone: string,
  ): SlotQuery =>
    givenQuery({
      now: minuteOf(new Date(now)),
      schedule: schedule('Europe/London', hours(WEEKDAYS, '09:00', '17:00')),
      durationMinutes,
      intervalMinutes: 30,
      window: { kind: 'days', days: 60, businessDays: false, rolling: false },
      claims: taken,
      viewerZone,
      ...more,
    })
  const apiErrorOf = (durationMinutes: number, start: Date, zone: string) => {
    const minute = minuteOf(start)
    return whyNot(query({ from: minute, until: minute + 1 }, durationMinutes, zone), minute)
  }
  return {
    hostName: 'Jane',
    hostZone: 'Europe/London',
    pageUrl: 'https://cal.example.com/jane',
    eventTypes: pages[name],
    made,
    now: () => new Date(now),
    free: async (_slug, durationMinutes, { first, last }, zone) =>
      slots(
        query(
          { from: startOfDay(first, zone), until: endOfDay(last, zone) },
          durationMinutes,
          zone,
        ),
      ).map(({ start }) => new Date(start * 60_000)),
    whyNot: async (_slug, durationMinutes, start, zone) => apiErrorOf(durationMinutes, start, zone),
    async book({ start, durationMinutes, zone, name, email }) {
      const reason = apiErrorOf(durationMinutes, start, zone)
      if (reason !== undefined) throw unavailable(reason)
      made.push({ start, name, email })
      taken.push({ start: minuteOf(start), end: minuteOf(start) + durationMinutes })
      return {
        booking: bookingAt(start, durationMinutes, zone),
        invitee: inviteeOf(start, zone, name, email),
      }
    },
  }
}

const bookingAt = (startAt: Date, minutes: number, timeZone: string): Booking => ({
  id: 1,
  uid: 'bk_1',
  hostId: 1,
  teamId: null,
  eventTypeId: 1,
  status: 'CONFIRMED',
  startAt,
  endAt: new Date(startAt.getTime() + minutes * 60_000),
  timeZone,
  location: null,
  metadata: {},
  cancelledAt: null,
  cancelledBy: null,
  cancellerName: null,
  cancellerEmail: null,
  reason: null,
  rescheduledFromId: null,
  chainId: null,
  eventCount: 0,
  seriesUid: null,
  hostNoShowAt: null,
  createdAt: startAt,
  updatedAt: startAt,
})

const inviteeOf = (at: Date, timeZone: string, name: string, email: string): Invitee => ({
  id: 1,
  uid: 'inv_1',
  hostId: 1,
  bookingId: 1,
  contactId: 1,
  status: 'ACTIVE',
  name,
  email,
  timeZone,
  phone: null,
  locale: null,
  guests: [],
  notes: null,
  answers: {},
  metadata: {},
  accountId: null,
  tracking: {},
  cancelledAt: null,
  noShowAt: null,
  isAdded: false,
  seriesUid: null,
  rescheduledFromId: null,
  createdAt: at,
  updatedAt: at,
})

/** An instant as the table writes it: `2026-03-10 15:00` on the clock of a zone. */
export const local = (instant: Date, zone: string): string =>
  DateTime.fromJSDate(instant, { zone }).toFormat('yyyy-MM-dd HH:mm')
