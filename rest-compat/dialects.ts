import type { DocumentNode } from 'graphql'
import { GetEdited as GetAtomsEdited, GetTeamPage as GetAtomsTeamPage } from './calcom/atoms/event-types.ts'
import { GetHours as GetAtomsHours, GetZone as GetAtomsZone } from './calcom/atoms/schedules.ts'
import { GetBookable as GetCalcomBookable } from './calcom/book.ts'
import { GetSeat as GetCalcomSeat } from './calcom/booking-acts.ts'
import { GetSide as GetCalcomSide, GetManaged, GetSideOfSeries } from './calcom/booking-cancel.ts'
import { GetAttendees } from './calcom/booking-company.ts'
import { calcom } from './calcom/dialect.ts'
import { GetHost as GetCalcomHost, GetPage as GetCalcomPage } from './calcom/event-type-list.ts'
import { GetEventType as GetCalcomEventType } from './calcom/event-types.ts'
import { GetDefault as GetCalcomDefault } from './calcom/me.ts'
import { GetPlace as GetCalcomPlace } from './calcom/memberships.ts'
import { GetLink as GetCalcomLink } from './calcom/private-links.ts'
import { GetInside as GetCalcomInside, GetReservable as GetCalcomReservable } from './calcom/reservations.ts'
import { GetRouted } from './calcom/routing-forms.ts'
import { GetIsMember, GetMembers, GetTeamEventType, GetViewer } from './calcom/team-event-types.ts'
import { GetOwned as GetCalcomOwned } from './calcom/teams.ts'
import { GetHookedClient, GetHookedEventType, GetHookedTeam } from './calcom/webhook-routes.ts'
import { Events as CalcomEvents } from './calcom/webhooks.ts'
import { calendarpa } from './calendarpa/dialect.ts'
import { GetPlan } from './calendarpa/plan.ts'
import { Events as CalendarpaEvents } from './calendarpa/webhooks.ts'
import { GetOffer } from './calendly/book.ts'
import { calendly } from './calendly/dialect.ts'
import { GetHours } from './calendly/event-type-schedules.ts'
import { FindGroup } from './calendly/groups.ts'
import { GetInvitation, MakeTeam } from './calendly/invitations.ts'
import { FindMember, FindReadable } from './calendly/members.ts'
import { GetDefaultHours } from './calendly/one-off-event-types.ts'
import { GetSelf } from './calendly/self.ts'
import { GetShared } from './calendly/shares.ts'
import { NeedFamilies } from './calendly/subscriptions.ts'
import { Events as CalendlyEvents, GetSeats } from './calendly/webhooks.ts'
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
