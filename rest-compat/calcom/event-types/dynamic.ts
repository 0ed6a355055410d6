// The event type at which several hosts meet: nobody has made it, and it is offered by their names
// alone.

import type { z } from 'zod'
import { DEFAULT_COLOR } from '../../../src/bounds.ts'
import { type EventType, eventTypeCommon } from './event-type.ts'
import { defaultLocations } from './location.ts'

const LENGTHS = [15, 30, 45, 60]
export const DYNAMIC_MINUTES = 30
export const DYNAMIC_NOTICE_MINUTES = 120

/** Names with commas as a list, each once. */
export const namesIn = (usernames: string): string[] => [
  ...new Set(
    usernames
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== ''),
  ),
]

export function dynamicEventType(usernames: string, publicUrl: string): z.input<typeof EventType> {
  const path = `${namesIn(usernames).join('+')}/dynamic`
  const [location] = defaultLocations
  const common = eventTypeCommon(
    {
      databaseId: 0,
      name: 'Group Meeting',
      slug: 'dynamic',
      description: null,
      schedulingUrl: `${publicUrl}/${path}`,
      color: DEFAULT_COLOR,
      isSecret: false,
      durationMinutes: DYNAMIC_MINUTES,
      durationOptions: LENGTHS,
      locations: [{ ...nowhere, kind: 'VIDEO', provider: location?.provider ?? null }],
      questions: [],
      metadata: {},
      display: {},
      scheduleDatabaseId: null,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 0,
      minimumNoticeMinutes: DYNAMIC_NOTICE_MINUTES,
      slotIntervalMinutes: null,
      slotOffsetMinutes: 0,
      firstSlotPerDay: false,
      packSlots: false,
      bookingWindow: {
        kind: 'UNLIMITED',
        days: null,
        rolling: false,
        firstDay: null,
        lastDay: null,
      },
      bookingLimits: noLimits,
      minuteLimits: noLimits,
      confirmation: 'NEVER',
      confirmationNoticeMinutes: null,
      pendingClaimsTime: false,
      recurrence: null,
      seats: 1,
      showSeatsLeft: true,
      showInvitees: false,
      hideHostEmail: false,
      allowGuests: true,
      onlyHostsBook: false,
      maxActivePerInvitee: null,
      allowCancelling: true,
      allowRescheduling: true,
      reschedulingNoticeMinutes: null,
      host: null,
      archivedAt: null,
      team: null,
    },
    publicUrl,
  )
  return { ...common, ownerId: 0, users: [] }
}

const nowhere = { address: null, phone: null, text: null, url: null, note: null, isPublic: true }
const noLimits = { perDay: null, perWeek: null, perMonth: null, perYear: null }
