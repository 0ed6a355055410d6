import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { Time, time } from '../time.ts'
import { inviteeUri, Uri, uriOf } from '../uris.ts'
import { Cancellation, cancellation } from './event.ts'
import { Answer, answered } from './question.ts'
import { Tracking, tracking } from './tracking.ts'

export const InviteeParts = graphql(`
  fragment CalendlyInvitee on Invitee {
    id status name email timeZone phone answers tracking linkToken cancelledAt noShowAt routingSubmissionId createdAt updatedAt
    rescheduledFrom { id booking { id } }
    rescheduledTo { id booking { id } }
  }
`)

/** What is told of an invitee's booking. */
export const BookedParts = graphql(`
  fragment CalendlyBooked on Booking {
    id metadata cancellation { at by name reason } eventType { questions { key label } }
  }
`)

export type ShownInvitee = ResultOf<typeof InviteeParts>
type Booked = ResultOf<typeof BookedParts>

export const NoShow = z.object({ uri: Uri, created_at: Time })

export const Invitee = z
  .object({
    uri: Uri,
    email: z.string(),
    first_name: z.string().nullable().meta({ description: 'Null where the name came as one.' }),
    last_name: z.string().nullable(),
    name: z.string(),
    status: z.enum(['active', 'canceled']),
    canceled: z.boolean(),
    questions_and_answers: z.array(Answer),
    timezone: z.string(),
    event: Uri,
    created_at: Time,
    updated_at: Time,
    tracking: Tracking,
    text_reminder_number: z.string().nullable(),
    rescheduled: z.boolean(),
    old_invitee: Uri.nullable(),
    new_invitee: Uri.nullable(),
    cancel_url: Uri,
    reschedule_url: Uri,
    routing_form_submission: Uri.nullable(),
    cancellation: Cancellation.optional(),
    payment: z.null(),
    no_show: NoShow.nullable(),
    reconfirmation: z.null(),
    scheduling_method: z.literal('api').nullable(),
    invitee_scheduled_by: z.null(),
  })
  .meta({ id: 'Invitee' })

/** How bookings are marked that were made here. */
export const MADE_HERE = { scheduling_method: 'api' } as const

const Marked = z.object({ scheduling_method: z.literal('api') })

/** A name in two parts as one. */
export const wholeName = (
  first: string | null | undefined,
  last: string | null | undefined,
): string => [first, last].filter(Boolean).join(' ')

const Parts = z.object({ first_name: z.string(), last_name: z.string().nullable() })

/** The parts in which a name was given, unless it is that of another invitee of the booking. */
function namesOf(name: string, metadata: unknown) {
  const { data } = Parts.safeParse(metadata)
  const isTheirs = data !== undefined && wholeName(data.first_name, data.last_name) === name
  return isTheirs ? data : { first_name: null, last_name: null }
}

/** @param questions those of the event type, by whose words answers are told */
export function invitee(
  shown: ShownInvitee,
  booked: Booked,
  publicUrl: string,
): z.input<typeof Invitee> {
  const isActive = shown.status === 'ACTIVE'
  const seat = (other: ShownInvitee['rescheduledTo']) =>
    other && inviteeUri(publicUrl, other.booking.id, other.id)
  // The secret of the link is for who may change bookings; others are led to the page all the same.
  const link = shown.linkToken ?? shown.id
  return {
    uri: inviteeUri(publicUrl, booked.id, shown.id),
    email: shown.email,
    ...namesOf(shown.name, booked.metadata),
    name: shown.name,
    status: isActive ? 'active' : 'canceled',
    canceled: !isActive,
    questions_and_answers: answered(shown.answers, booked.eventType.questions),
    timezone: shown.timeZone,
    event: uriOf(publicUrl, 'scheduled_events', booked.id),
    created_at: time(shown.createdAt),
    updated_at: time(shown.updatedAt),
    tracking: tracking(shown.tracking),
    text_reminder_number: shown.phone,
    rescheduled: shown.rescheduledTo !== null,
    old_invitee: seat(shown.rescheduledFrom),
    new_invitee: seat(shown.rescheduledTo),
    cancel_url: `${publicUrl}/cancellations/${link}`,
    reschedule_url: `${publicUrl}/reschedulings/${link}`,
    routing_form_submission:
      shown.routingSubmissionId &&
      uriOf(publicUrl, 'routing_form_submissions', shown.routingSubmissionId),
    ...(!isActive && { cancellation: endOf(shown, booked) }),
    payment: null,
    no_show: shown.noShowAt === null ? null : noShow(shown.id, shown.noShowAt, publicUrl),
    reconfirmation: null,
    scheduling_method: Marked.safeParse(booked.metadata).success ? 'api' : null,
    invitee_scheduled_by: null,
  }
}

/** How their seat ended: with the booking, or they left it to the others. */
function endOf(shown: ShownInvitee, booked: Booked): z.input<typeof Cancellation> {
  if (booked.cancellation !== null && booked.cancellation.at === shown.cancelledAt)
    return cancellation(booked.cancellation)
  return cancellation({ at: shown.cancelledAt, by: 'INVITEE', name: shown.name, reason: null })
}

/** A mark of absence has no id of its own: it is the invitee's. */
export const noShow = (
  inviteeId: string,
  at: string,
  publicUrl: string,
): z.input<typeof NoShow> => ({
  uri: uriOf(publicUrl, 'invitee_no_shows', inviteeId),
  created_at: time(at),
})
