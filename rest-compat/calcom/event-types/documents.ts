// The graph's side of an event type: the fields that its answers are made of, and the mutation that
// creates one.

import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { RecurrenceParts } from './recurrence.ts'

export const EventTypeParts = graphql(
  `fragment CalcomEventType on EventType {
    databaseId name slug description schedulingUrl color isSecret durationMinutes durationOptions
    locations { kind address phone text url provider note isPublic }
    questions { key label kind required options placeholder isHidden disableOnPrefill }
    metadata display scheduleDatabaseId
    bufferBeforeMinutes bufferAfterMinutes minimumNoticeMinutes slotIntervalMinutes slotOffsetMinutes
    firstSlotPerDay packSlots
    bookingWindow { kind days rolling firstDay lastDay }
    bookingLimits { perDay perWeek perMonth perYear }
    minuteLimits { perDay perWeek perMonth perYear }
    confirmation confirmationNoticeMinutes pendingClaimsTime
    recurrence { ...CalcomRecurrence }
    seats showSeatsLeft showInvitees hideHostEmail allowGuests
    onlyHostsBook maxActivePerInvitee allowCancelling allowRescheduling reschedulingNoticeMinutes
    host { databaseId name avatarUrl weekStart bookingPage { slug } }
    archivedAt
    team { databaseId }
  }`,
  [RecurrenceParts],
)

export type EventTypeShown = ResultOf<typeof EventTypeParts>

export const CreateEventType = graphql(
  `mutation CalcomCreateEventType($input: CreateEventTypeInput!) {
    createEventType(input: $input) { eventType { ...CalcomEventType } }
  }`,
  [EventTypeParts],
)
