// Where answers differ from Cal.com's own document of March 2026, and why. Every answer of the tests that the document knows
// is held to it; what is not in this list fails.

import type { Deviation } from '../judge.ts'

export const deviations: Deviation[] = [
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
    schema: /TeamMembershipOutput$/,
    why: 'The document has one membership where a list of them is answered.',
  },
]
