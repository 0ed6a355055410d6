// The scheduling API: its contract, "POST /invitees".

import { z } from 'zod'
import { callError } from '../../../src/graph/call-error.ts'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { invalid } from '../../request-shape.ts'
import { one } from '../list.ts'
import { instant } from '../time.ts'
import { reference } from '../uris.ts'
import { BookedParts, Invitee, InviteeParts, invitee, MADE_HERE, wholeName } from './invitee.ts'
import { kindOf, LocationKind, LocationParts, offered } from './location.ts'
import { Answer, answersByKey, QuestionParts } from './question.ts'
import { Tracking } from './tracking.ts'

export const GetOffer = graphql(
  `query CalendlyGetOffer($id: ID!) {
    eventType(id: $id) { questions { ...CalendlyQuestion } locations { ...CalendlyLocation } }
  }`,
  [QuestionParts, LocationParts],
)

type Offered = ResultOf<typeof LocationParts>

const Wanted = z.object({
  kind: LocationKind,
  location: z
    .string()
    .nullish()
    .meta({ description: 'Address, number or words, where the kind asks for them.' }),
})

const Who = z
  .object({
    name: z.string().nullish().meta({ description: 'Needed, or `first_name`.' }),
    first_name: z.string().nullish(),
    last_name: z.string().nullish(),
    email: z.string(),
    timezone: z.string(),
    text_reminder_number: z.string().nullish(),
  })
  .transform(({ name, first_name, last_name, ...rest }, refine) => {
    const whole = name || wholeName(first_name, last_name)
    if (!name && !first_name)
      refine.addIssue({ code: 'custom', message: 'either name or first_name must be filled' })
    const parts = !name && first_name ? { first_name, last_name: last_name || null } : {}
    return { name: whole, parts, ...rest }
  })

const noSuchLocation = () =>
  callError('INVALID_INPUT', 'There is no such location.', {
    words: 'Specified location kind is not configured for this event type.',
    fields: [{ path: 'event.location_configuration.location', message: 'invalid location choice' }],
  })

/**
 * The offer of a kind that is meant: where there are several places, the one that `location` names;
 * otherwise the first, whatever it says.
 */
function offerFor(
  { kind, location }: z.output<typeof Wanted>,
  ofKind: readonly Offered[],
): Offered | undefined {
  const isPlace = kind === 'physical' || kind === 'custom'
  return isPlace && ofKind.length > 1
    ? ofKind.find(each => offered(each).location === location)
    : ofKind[0]
}

/**
 * The location of an event type that is meant, as the graph takes it.
 * @throws CallError INVALID_INPUT when it has none of the kind, or none that is named, or when
 * several are and none is named.
 */
function locationFor(wanted: z.output<typeof Wanted>, offers: readonly Offered[]) {
  const ofKind = offers.filter(offer => kindOf(offer) === wanted.kind)
  const offer = offerFor(wanted, ofKind)
  const { location } = wanted
  if (offer === undefined) {
    const isUnnamed = !location && ofKind.length > 0
    throw isUnnamed
      ? invalid([{ path: 'location.location', message: 'is missing' }])
      : noSuchLocation()
  }
  const { note: _, ...same } = offer
  switch (offer.kind) {
    case 'PHONE_INVITEE':
      return { ...same, phone: location }
    case 'ADDRESS_INVITEE':
      return { ...same, address: location }
    case 'ASK_INVITEE':
      return { ...same, text: location }
    default:
      return same
  }
}

const offerOf = async (execute: ExecuteDocument, id: string) =>
  found((await execute(GetOffer, { id })).eventType, 'event type')

const create = route({
  method: 'POST',
  path: '/invitees',
  name: 'createInvitee',
  summary: 'Books a start of an event type for somebody.',
  group: 'Scheduled events',
  scope: 'bookings:write',
  status: 201,
  request: {
    headers: z.object({
      'idempotency-key': z.string().optional().meta({
        description:
          'The same key with the same body gives the first booking again, and makes no other.',
      }),
    }),
    body: z.object({
      event_type: reference('event_types'),
      start_time: instant.meta({ description: 'One of the available times.' }),
      invitee: Who,
      location: Wanted.nullish(),
      questions_and_answers: z.array(Answer).nullish(),
      tracking: Tracking.nullish(),
      event_guests: z
        .array(z.string())
        .max(10, 'size cannot be greater than 10')
        .nullish()
        .meta({ description: 'E-mail addresses.' }),
    }),
  },
  response: one(Invitee),
  document: graphql(
    `mutation CalendlyBook($input: BookInput!) {
      bookForInvitee(input: $input) { invitee { ...CalendlyInvitee booking { ...CalendlyBooked } } }
    }`,
    [InviteeParts, BookedParts],
  ),
  async variables({ headers, body }, execute) {
    const { questions, locations } = await offerOf(execute, body.event_type)
    const { name, parts, email, timezone, text_reminder_number } = body.invitee
    return {
      input: {
        eventType: { id: body.event_type },
        start: body.start_time,
        invitee: { name, email, timeZone: timezone, phone: text_reminder_number || null },
        location: body.location && locationFor(body.location, locations),
        answers: answersByKey(body.questions_and_answers ?? [], questions),
        tracking: body.tracking,
        guests: body.event_guests,
        metadata: { ...MADE_HERE, ...parts },
        idempotencyKey: headers['idempotency-key'],
      },
    }
  },
  reply({ bookForInvitee }, { arrival }) {
    const shown = found(bookForInvitee.invitee, 'invitee')
    return { resource: invitee(shown, shown.booking, arrival.publicUrl) }
  },
  names: {
    'input.eventType': 'event_type',
    'input.start': 'event.start_time',
    'input.invitee.name': 'invitee.name',
    'input.invitee.email': 'invitee.email',
    'input.invitee.timeZone': 'invitee.timezone',
    'input.invitee.phone': 'invitee.text_reminder_number',
    'input.location': 'location.location',
    'input.answers': 'questions_and_answers',
    'input.guests': 'event_guests.',
    'input.tracking': 'tracking',
    'input.idempotencyKey': 'Idempotency-Key',
  },
})

export const booking = [create]
