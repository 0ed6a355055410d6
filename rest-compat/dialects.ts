import type { DocumentNode } from 'graphql'
import { GetDefault as GetCalcomDefault } from './calcom/access/me.ts'
import {
  GetEdited as GetAtomsEdited,
  GetTeamPage as GetAtomsTeamPage,
} from './calcom/atoms/event-types.ts'
import { GetHours as GetAtomsHours, GetZone as GetAtomsZone } from './calcom/atoms/schedules.ts'
import { GetSeat as GetCalcomSeat } from './calcom/bookings/actions.ts'
import { GetAttendees } from './calcom/bookings/attendees.ts'
import { GetSide as GetCalcomSide, GetManaged, GetSideOfSeries } from './calcom/bookings/cancel.ts'
import { GetBookable as GetCalcomBookable } from './calcom/bookings/create.ts'
import { calcom } from './calcom/dialect.ts'
import { GetHost as GetCalcomHost, GetPage as GetCalcomPage } from './calcom/event-types/list.ts'
import { GetLink as GetCalcomLink } from './calcom/event-types/private-links.ts'
import { GetEventType as GetCalcomEventType } from './calcom/event-types/routes.ts'
import { GetRouted } from './calcom/routing-forms.ts'
import {
  GetInside as GetCalcomInside,
  GetReservable as GetCalcomReservable,
} from './calcom/slots/reservations.ts'
import { GetIsMember, GetMembers, GetTeamEventType, GetViewer } from './calcom/teams/event-types.ts'
import { GetPlace as GetCalcomPlace } from './calcom/teams/memberships.ts'
import { GetOwned as GetCalcomOwned } from './calcom/teams/routes.ts'
import { Events as CalcomEvents } from './calcom/webhooks/format.ts'
import { GetHookedClient, GetHookedEventType, GetHookedTeam } from './calcom/webhooks/routes.ts'
import { calendarpa } from './calendarpa/dialect.ts'
import { GetPlan } from './calendarpa/plan.ts'
import { Events as CalendarpaEvents } from './calendarpa/webhooks.ts'
import { calendly } from './calendly/dialect.ts'
import { GetHours } from './calendly/event-types/event-type-schedules.ts'
import { GetDefaultHours } from './calendly/event-types/one-off-event-types.ts'
import { GetShared } from './calendly/event-types/shares.ts'
import { GetOffer } from './calendly/events/book.ts'
import { FindGroup } from './calendly/organization/groups.ts'
import { GetInvitation, MakeTeam } from './calendly/organization/invitations.ts'
import { FindMember, FindReadable } from './calendly/organization/members.ts'
import { GetSelf } from './calendly/organization/self.ts'
import { Events as CalendlyEvents, GetSeats } from './calendly/webhooks/format.ts'
import { NeedFamilies } from './calendly/webhooks/subscriptions.ts'
import { calendo } from './calendo/dialect.ts'
import { Events as CalendoEvents } from './calendo/webhooks.ts'
import type { Dialect } from './dialect.ts'
import { TokenOwner } from './oauth.ts'

/** The REST APIs of this gateway. */
export const dialects: readonly Dialect[] = [calendarpa, calendo, calendly, calcom]

/** Every document by which the dialects know the graph, for the check at start. */
export const documents: readonly DocumentNode[] = [
  ...dialects.flatMap(({ routes }) => routes.map(({ document }) => document)),
  GetPlan,
  GetOffer,
  GetSelf,
  FindMember,
  FindReadable,
  FindGroup,
  GetInvitation,
  MakeTeam,
  TokenOwner,
  GetHours,
  GetDefaultHours,
  CalendarpaEvents,
  CalendoEvents,
  CalendlyEvents,
  GetSeats,
  NeedFamilies,
  GetShared,
  GetCalcomDefault,
  CalcomEvents,
  GetMembers,
  GetTeamEventType,
  GetIsMember,
  GetViewer,
  GetHookedEventType,
  GetHookedClient,
  GetHookedTeam,
  GetCalcomOwned,
  GetCalcomPlace,
  GetCalcomEventType,
  GetCalcomPage,
  GetCalcomHost,
  GetCalcomLink,
  GetCalcomInside,
  GetCalcomReservable,
  GetCalcomBookable,
  GetCalcomSeat,
  GetCalcomSide,
  GetSideOfSeries,
  GetManaged,
  GetAttendees,
  GetRouted,
  GetAtomsTeamPage,
  GetAtomsEdited,
  GetAtomsHours,
  GetAtomsZone,
]
