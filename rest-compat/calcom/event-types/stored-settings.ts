// What Cal.com knows of an event type and the graph has no room for: kept in its `display` under
// one key, and told back.

import { z } from 'zod'
import { SetUpFields } from './booking-fields.ts'

const KEY = 'calcom'

export const layouts = ['month', 'week', 'column'] as const
/** Units of the threshold of a confirmation. */
export const minutesOf = { minutes: 1, hours: 60, days: 1440 } as const

/** Of each part that cannot be read, as after a change by other programs, nothing is kept. */
const Kept = z
  .object({
    customName: z.string(),
    successRedirectUrl: z.string(),
    interfaceLanguage: z.string(),
    color: z.object({ lightThemeHex: z.string(), darkThemeHex: z.string() }),
    bookerLayouts: z.object({
      defaultLayout: z.enum(layouts),
      enabledLayouts: z.array(z.enum(layouts)),
    }),
    destinationCalendar: z.object({ integration: z.string(), externalId: z.string() }),
    calVideoSettings: z.record(z.string(), z.unknown()),
    requiresBookerEmailVerification: z.boolean(),
    hideCalendarNotes: z.boolean(),
    hideCalendarEventDetails: z.boolean(),
    lockTimeZoneToggleOnBookingPage: z.boolean(),
    useDestinationCalendarEmail: z.boolean(),
    allowReschedulingPastBookings: z.boolean(),
    allowReschedulingCancelledBookings: z.boolean(),
    /** In which unit the threshold of a confirmation was given. */
    thresholdUnit: z.enum(['minutes', 'hours', 'days']),
    /** Whether a booker who has reached their limit is offered to move a booking. */
    offerReschedule: z.boolean(),
    /** Of a team's: that all members of it were made its hosts. */
    assignAllTeamMembers: z.boolean(),
    rescheduleWithSameRoundRobinHost: z.boolean(),
    emailSettings: z.record(z.string(), z.unknown()),
    /** How default booking fields are set up. */
    fields: SetUpFields,
  })
  .partial()

export type Kept = z.output<typeof Kept>

const shape = Kept.shape
const isName = (name: string): name is keyof Kept => Object.hasOwn(shape, name)

/** What is kept of an event type. */
export function keptIn(display: unknown): Kept {
  const own = z.looseObject({ [KEY]: z.record(z.string(), z.unknown()) }).safeParse(display)
  const given = own.success ? Object.entries(own.data[KEY] ?? {}) : []
  return Kept.parse(
    Object.fromEntries(
      given.filter(([name, value]) => isName(name) && shape[name].safeParse(value).success),
    ),
  )
}

/** `display` with changes of what is kept; what is null goes. */
export function keeping(
  display: unknown,
  changes: { [Name in keyof Kept]?: Kept[Name] | null },
): Record<string, unknown> {
  const all = { ...keptIn(display), ...changes }
  const left = Object.entries(all).filter(([, value]) => value != null)
  const others = z.record(z.string(), z.unknown()).catch({}).parse(display)
  return { ...others, [KEY]: Object.fromEntries(left) }
}
