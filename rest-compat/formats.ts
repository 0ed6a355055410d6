import type { HookFormat } from '../src/webhooks/format.ts'
import { webhooks as calcom } from './calcom/webhooks/format.ts'
import { webhooks as calendarpa } from './calendarpa/webhooks.ts'
import { webhooks as calendly } from './calendly/webhooks/format.ts'
import { webhooks as calendo } from './calendo/webhooks.ts'

/** How the dialects tell receivers of events. */
export const formats: readonly (readonly [
  'CALENDARPA' | 'CALENDO' | 'CALCOM' | 'CALENDLY',
  HookFormat,
])[] = [
  ['CALENDARPA', calendarpa],
  ['CALENDO', calendo],
  ['CALCOM', calcom],
  ['CALENDLY', calendly],
]
