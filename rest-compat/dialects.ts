import type { DocumentNode } from 'graphql'
import { GetBookable as GetCalcomBookable } from './calcom/book.ts'
import { GetSeat as GetCalcomSeat } from './calcom/booking-acts.ts'
import { GetSide as GetCalcomSide, GetSideOfSeries } from './calcom/booking-cancel.ts'
import { calcom } from './calcom/dialect.ts'
import { GetDefault as GetCalcomDefault } from './calcom/me.ts'
import { calendarpa } from './calendarpa/dialect.ts'
import { GetPlan } from './calendarpa/plan.ts'
import { Events as CalendarpaEvents } from './calendarpa/webhooks.ts'
import { GetOffer } from './calendly/book.ts'
import { calendly } from './calendly/dialect.ts'
import { GetHours } from './calendly/event-type-schedules.ts'
import { GetDefaultHours } from './calendly/one-off-event-types.ts'
import { GetSelf } from './calendly/self.ts'
import { Events as CalendlyEvents, GetSeat } from './calendly/webhooks.ts'
import { calendo } from './calendo/dialect.ts'
import { Events as CalendoEvents } from './calendo/webhooks.ts'
import type { Dialect } from './dialect.ts'

/** The REST APIs of this gateway. */
export const dialects: readonly Dialect[] = [calendarpa, calendo, calendly, calcom]

/** Every document by which the dialects know the graph, for the check at start. */
export const documents: readonly DocumentNode[] = [
  ...dialects.flatMap(({ routes }) => routes.map(({ document }) => document)),
  GetPlan,
  GetOffer,
  GetSelf,
  GetHours,
  GetDefaultHours,
  CalendarpaEvents,
  CalendoEvents,
  CalendlyEvents,
  GetSeat,
  GetCalcomDefault,
  GetCalcomBookable,
  GetCalcomSeat,
  GetCalcomSide,
  GetSideOfSeries,
]
