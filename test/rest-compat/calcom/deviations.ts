// Where answers differ from Cal.com's own document of March 2026, and why. Every answer of the
// tests that the document knows is held to it; what is not in this list fails.

import type { Deviation } from '../judge.ts'

const eventType = (field: string) => new RegExp(`^/data(/\\*)?/${field}$`)

export const deviations: Deviation[] = [
  // Unions whose members its schemas cannot tell apart; each member is held to its own schema in
  // event-types.test.ts.
  ...['required', 'type', 'oneOf'].map(keyword => ({
    at: eventType('(bookingFields|locations)/\\*(/\\w+)?'),
    keyword,
    why: 'its members have no type by which one could be chosen, and `isDefault` is an object there, and true here',
  })),
  {
    at: /^\/isDefault$/,
    keyword: 'type',
    why: 'an object there, and true or false from the server itself',
  },
  ...['type', 'anyOf'].map(keyword => ({
    at: eventType('(slotInterval|successRedirectUrl|forwardParamsSuccessRedirect)'),
    keyword,
    why: 'an object there, and a number, a text or true from the server itself',
  })),
  {
    at: eventType('bookingWindow'),
    keyword: 'type',
    why: 'a list there, and one object from the server itself',
  },
  {
    at: eventType('users/\\*'),
    keyword: 'type',
    why: 'texts there, and objects from the server itself',
  },
  {
    at: /^\/data(\/attendees\/\*)?$/,
    keyword: 'required',
    says: /'(seatUid|bookingFieldsResponses|recurringBookingUid)'$/,
    why: 'of others who share a booking no seatUid is told; then it is held to the schemas of other bookings too',
  },
  {
    at: eventType('seats'),
    keyword: 'required',
    why: 'seats that are off are `{"disabled":true}`',
  },
  // Of one event type it takes those of hosts or of teams, so those of hosts are held to the schema
  // of teams' too.
  {
    at: /^\/data$/,
    keyword: 'required',
    says: /'(teamId|hosts|schedulingType|team|users|parentEventTypeId)'$/,
    why: 'of a host or of a team',
  },
  ...['type', 'anyOf', 'oneOf'].map(keyword => ({
    at: /^\/data(\/ownerId)?$/,
    keyword,
    says: /^must (be (null|object)|match (a schema in anyOf|exactly one schema in oneOf))$/,
    why: 'of a host or of a team',
  })),
  { at: eventType('calVideoSettings'), keyword: 'type', why: 'null where nothing is set' },
  {
    at: /^\/data(\/\*)?\/id$/,
    keyword: 'type',
    schema: /WebhookOutputDto$/,
    why: 'A number in the document; the servers answer a text.',
  },
  {
    at: /^\/data(\/\*)?\/(payloadTemplate|secret)$/,
    keyword: 'type',
    schema: /WebhookOutputDto$/,
    why: 'Null where there is none, as the servers answer.',
  },
  {
    at: /^\/data(\/\*)?\/triggers\/\*$/,
    keyword: 'enum',
    schema: /WebhookOutputDto$/,
    why: 'Triggers that are newer than the document.',
  },
  {
    at: /^\/data(\/\*)?\/user\/(avatarUrl|bio|username)$/,
    keyword: 'type',
    schema: /MembershipUserOutputDto$/,
    why: 'Null where there is none, as the servers answer.',
  },
  {
    at: /^\/data$/,
    keyword: 'type',
    says: /^must be array$/,
    why: 'one event type of a team, or those of a managed one: none fits the known faults of the first',
  },
  {
    at: eventType('hosts/\\*'),
    keyword: 'type',
    why: 'texts there, and objects from the server itself',
  },
  {
    at: eventType('team'),
    keyword: 'required',
    says: /'(bannerUrl|logoUrl|brandColor|darkBrandColor|theme)'$/,
    why: 'left out where nothing is set, as the server itself does',
  },
  {
    at: /^\/data(\/\*)?\/logo$/,
    keyword: 'type',
    why: 'The document calls the address of a logo an object, and shows a text.',
  },
  // Slots: of the whole answer it says that every value is a list, where its own examples have
  // `status` and `data`.
  {
    at: /^\/(status|data)$/,
    keyword: 'type',
    says: /^must be array$/,
    why: 'its form is meant for what is in `data`',
  },
  { at: /^$/, keyword: 'oneOf', why: 'the same' },
  {
    at: /^\/data$/,
    keyword: 'required',
    says: /'(status|data)'$/,
    why: 'of a reservation it has the envelope twice',
  },
  {
    at: /^\/data\/slots$/,
    keyword: 'oneOf',
    why: 'slots with and without ends fit both of its schemas',
  },
  {
    at: /^\/data\/destinationCalendar$/,
    keyword: 'required',
    why: 'There is none, as for a user of Cal.com who has connected no calendar to write to.',
  },
  {
    at: /^\/data(\/\*)?$/,
    keyword: 'oneOf',
    why: 'an occurrence of a series fits the schema of a single booking too, and an empty list fits several',
  },
  {
    at: /^\/status$/,
    keyword: 'type',
    why: 'of calendar links and references the status is said to be an object',
  },
  { at: /^\/pagination\/currentPage$/, keyword: 'minimum', why: 'it is 0 where there is nothing' },
]
