// An event type for the Booker and for EventTypeSettings: the shape of version 2024-04-15 with
// further fields that the components read.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { EventTypeParts } from '../event-types/documents.ts'
import { userOf } from '../event-types/event-type.ts'
import { keptIn } from '../event-types/stored-settings.ts'
import { OldEventType, oldEventType } from '../event-types/v2024-04-15/event-type.ts'
import { id } from '../values.ts'
import { formFields, type RowField } from './booking-field.ts'

export const AtomsEventTypeParts = graphql(
  `fragment CalcomAtomsEventType on EventType {
    ...CalcomEventType
    scheduling
    hosts { isFixed priority weight user { databaseId name avatarUrl weekStart bookingPage { slug } } }
    team { databaseId name logoUrl bookingPage { slug } }
  }`,
  [EventTypeParts],
)

export type Shown = ResultOf<typeof AtomsEventTypeParts>

const BookerLayouts = z.object({ defaultLayout: z.string(), enabledLayouts: z.array(z.string()) })

const Row = OldEventType.extend({
  teamId: z.int().nullable(),
  schedulingType: z.enum(['COLLECTIVE', 'ROUND_ROBIN']).nullable(),
  disableCancelling: z.boolean(),
  disableRescheduling: z.boolean(),
  minimumRescheduleNotice: z.int().nullable(),
  requiresConfirmationWillBlockSlot: z.boolean(),
  maxActiveBookingsPerBooker: z.int().nullable(),
  maxActiveBookingPerBookerOfferReschedule: z.boolean(),
  eventTypeColor: z
    .object({ lightEventTypeColor: z.string(), darkEventTypeColor: z.string() })
    .nullable(),
  interfaceLanguage: z.string().nullable(),
  lockTimeZoneToggleOnBookingPage: z.boolean(),
  lockedTimeZone: z.null(),
  hideCalendarNotes: z.boolean(),
  hideCalendarEventDetails: z.boolean(),
  hideOrganizerEmail: z.boolean(),
  allowReschedulingPastBookings: z.boolean(),
  useEventTypeDestinationCalendarEmail: z.boolean(),
  showOptimizedSlots: z.boolean(),
  isInstantEvent: z.literal(false),
  fieldTranslations: z.array(z.never()),
  customInputs: z.array(z.never()),
})

function row(shown: Shown): z.input<typeof Row> {
  const old = oldEventType(shown)
  const kept = keptIn(shown.display)
  const metadata = {
    ...old.metadata,
    ...(shown.durationOptions.length > 1 && { multipleDuration: shown.durationOptions }),
    ...(kept.bookerLayouts && { bookerLayouts: layoutsOf(kept.bookerLayouts) }),
  }
  return {
    ...old,
    teamId: shown.team?.databaseId ?? null,
    schedulingType: shown.scheduling,
    bookingFields: formFields(z.array(Field).parse(old.bookingFields), old.locations.length > 0),
    metadata,
    disableCancelling: !shown.allowCancelling,
    disableRescheduling: !shown.allowRescheduling,
    minimumRescheduleNotice: shown.reschedulingNoticeMinutes,
    requiresConfirmationWillBlockSlot: shown.pendingClaimsTime,
    maxActiveBookingsPerBooker: shown.maxActivePerInvitee,
    maxActiveBookingPerBookerOfferReschedule: kept.offerReschedule ?? false,
    eventTypeColor: kept.color
      ? {
          lightEventTypeColor: kept.color.lightThemeHex,
          darkEventTypeColor: kept.color.darkThemeHex,
        }
      : null,
    interfaceLanguage: kept.interfaceLanguage ?? null,
    lockTimeZoneToggleOnBookingPage: kept.lockTimeZoneToggleOnBookingPage ?? false,
    lockedTimeZone: null,
    hideCalendarNotes: kept.hideCalendarNotes ?? false,
    hideCalendarEventDetails: kept.hideCalendarEventDetails ?? false,
    hideOrganizerEmail: shown.hideHostEmail,
    allowReschedulingPastBookings: kept.allowReschedulingPastBookings ?? false,
    useEventTypeDestinationCalendarEmail: kept.useDestinationCalendarEmail ?? false,
    showOptimizedSlots: shown.packSlots,
    isInstantEvent: false,
    fieldTranslations: [],
    customInputs: [],
  }
}

const Field: z.ZodType<RowField> = z.looseObject({ name: z.string(), type: z.string() })

const layoutsOf = ({
  defaultLayout,
  enabledLayouts,
}: {
  defaultLayout: string
  enabledLayouts: string[]
}) => ({
  defaultLayout: `${defaultLayout}_view`,
  enabledLayouts: enabledLayouts.map(layout => `${layout}_view`),
})

const Person = z.looseObject({ id, name: z.string(), username: z.string() })

const Host = z.object({
  userId: id,
  isFixed: z.boolean(),
  priority: z.int(),
  weight: z.int(),
  scheduleId: z.null(),
  groupId: z.null(),
  user: Person,
})

/** Hosts of an event type of a team; the host of an event type of their own is in `users`. */
const hostsOf = ({ team, hosts }: Shown): z.input<typeof Host>[] =>
  team === null
    ? []
    : hosts.map(({ isFixed, priority, weight, user }) => ({
        userId: user.databaseId,
        isFixed,
        priority,
        weight,
        scheduleId: null,
        groupId: null,
        user: userOf(user),
      }))

const usersOf = ({ host, hosts }: Shown) =>
  host === null ? hosts.map(({ user }) => userOf(user)) : [userOf(host)]

const Team = z.object({ id, name: z.string(), slug: z.string(), members: z.array(z.never()) })

const teamOf = ({ team }: Shown): z.input<typeof Team> | null =>
  team && { id: team.databaseId, name: team.name, slug: team.bookingPage?.slug ?? '', members: [] }

/** What EventTypeSettings edits. */
export const EditedEventType = Row.extend({
  schedule: z.int().nullable().meta({ description: 'Id of its own schedule.' }),
  scheduleName: z.null(),
  requiresBookerEmailVerification: z.boolean(),
  hosts: z.array(Host),
  users: z.array(Person),
  team: Team.nullable(),
  children: z.array(z.never()),
  hashedLink: z.array(z.never()).meta({ description: 'Private links have routes of their own.' }),
  assignAllTeamMembers: z.boolean(),
  isRRWeightsEnabled: z.boolean(),
}).meta({ id: 'AtomsEditedEventType' })

export function editedEventType(shown: Shown): z.input<typeof EditedEventType> {
  const { requiresBookerEmailVerification, assignAllTeamMembers } = keptIn(shown.display)
  return {
    ...row(shown),
    schedule: shown.scheduleDatabaseId,
    scheduleName: null,
    requiresBookerEmailVerification: requiresBookerEmailVerification ?? false,
    hosts: hostsOf(shown),
    users: usersOf(shown),
    team: teamOf(shown),
    children: [],
    hashedLink: [],
    assignAllTeamMembers: assignAllTeamMembers ?? false,
    isRRWeightsEnabled: shown.hosts.some(({ weight }) => weight !== 100),
  }
}

/** What the Booker shows. */
export const BookableEventType = Row.extend({
  requiresBookerEmailVerification: z
    .literal(false)
    .meta({ description: 'Email addresses are not verified.' }),
  forwardParamsSuccessRedirect: z.literal(true),
  isDynamic: z.literal(false),
  users: z.array(Person),
  subsetOfUsers: z.array(Person),
  hosts: z.array(Host),
  subsetOfHosts: z.array(Host),
  profile: z.object({
    name: z.string(),
    username: z.string(),
    image: z.string().nullable(),
    weekStart: z.string(),
    brandColor: z.null(),
    darkBrandColor: z.null(),
    theme: z.null(),
    bookerLayouts: BookerLayouts.nullable(),
  }),
  entity: z.object({
    considerUnpublished: z.literal(false),
    fromRedirectOfNonOrgLink: z.literal(false),
    orgSlug: z.null(),
    teamSlug: z.string().nullable(),
    name: z.string().nullable(),
    logoUrl: z.string().nullable(),
  }),
}).meta({ id: 'AtomsBookableEventType' })

export function bookableEventType(shown: Shown): z.input<typeof BookableEventType> {
  const { team, display } = shown
  const { bookerLayouts } = keptIn(display)
  const users = usersOf(shown)
  const hosts = hostsOf(shown)
  const [first] = users
  const told = row(shown)
  return {
    ...told,
    bookingFields: told.bookingFields.filter(({ hidden }) => hidden !== true),
    requiresBookerEmailVerification: false,
    forwardParamsSuccessRedirect: true,
    isDynamic: false,
    users,
    subsetOfUsers: users,
    hosts,
    subsetOfHosts: hosts,
    profile: {
      name: team?.name ?? first?.name ?? '',
      username: team?.bookingPage?.slug ?? first?.username ?? '',
      image: team === null ? (first?.avatarUrl ?? null) : team.logoUrl,
      weekStart: first?.weekStart ?? 'Sunday',
      brandColor: null,
      darkBrandColor: null,
      theme: null,
      bookerLayouts: bookerLayouts ? layoutsOf(bookerLayouts) : null,
    },
    entity: {
      considerUnpublished: false,
      fromRedirectOfNonOrgLink: false,
      orgSlug: null,
      teamSlug: team?.bookingPage?.slug ?? null,
      name: team?.name ?? null,
      logoUrl: team?.logoUrl ?? null,
    },
  }
}
