// Where answers differ from Cal.com's own document of March 2026, and why. Every answer of the tests that the document knows
// is held to it; what is not in this list fails.

import type { Deviation } from '../judge.ts'

const eventType = (field: string) => new RegExp(`^/data(/\\*)?/${field}$`)

export const deviations: Deviation[] = [
  // Unions whose members its schemas cannot tell apart; each member is held to its own schema in event-types.test.ts.
  ...['required', 'type', 'oneOf'].map(keyword => ({
    at: eventType('(bookingFields|locations)/\\*(/\\w+)?'),
    keyword,
    why: 'its members have no type by which one could be chosen, and `isDefault` is an object there, and true here',
  })),
  { at: /^\/isDefault$/, keyword: 'type', why: 'an object there, and true or false from the server itself' },
  ...['type', 'anyOf'].map(keyword => ({
    at: eventType('(slotInterval|successRedirectUrl|forwardParamsSuccessRedirect)'),
    keyword,
    why: 'an object there, and a number, a text or true from the server itself',
  })),
  { at: eventType('bookingWindow'), keyword: 'type', why: 'a list there, and one object from the server itself' },
  { at: eventType('users/\\*'), keyword: 'type', why: 'texts there, and objects from the server itself' },
  { at: eventType('seats'), keyword: 'required', why: 'seats that are off are `{"disabled":true}`' },
  // Of one event type it takes those of hosts or of teams, so those of hosts are held to the schema of teams' too.
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
  // Slots: of the whole answer it says that every value is a list, where its own examples have `status` and `data`.
  { at: /^\/(status|data)$/, keyword: 'type', says: /^must be array$/, why: 'its form is meant for what is in `data`' },
  { at: /^$/, keyword: 'oneOf', why: 'the same' },
  { at: /^\/data$/, keyword: 'required', says: /'(status|data)'$/, why: 'of a reservation it has the envelope twice' },
  {
    at: /^\/data(\/\*)?\/logo$/,
    keyword: 'type',
    why: 'The document calls the address of a logo an object, and shows a text.',
  },
]
