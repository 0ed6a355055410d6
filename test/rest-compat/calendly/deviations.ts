// Where answers differ from Calendly's own document of April 2023, and why. Every answer of the
// tests that the document knows is held to it; what is not in this list fails.

import type { Deviation } from '../judge.ts'

export const deviations: Deviation[] = [
  {
    at: /^\/(resource|collection\/\*)\/scope$/,
    keyword: 'enum',
    why: 'Subscriptions know the scope `group` since.',
  },
  {
    at: /^\/collection\/\*\/type$/,
    keyword: 'enum',
    why: 'Busy times know `reserved` since; a start that somebody holds is told as that.',
  },
  {
    at: /^\/(resource|collection\/\*)\/events\/\*$/,
    keyword: 'enum',
    why: 'Subscriptions know more events since (no-shows, event types, contacts, recaps), and `invitee.rescheduled` is the guide’s.',
  },
]
