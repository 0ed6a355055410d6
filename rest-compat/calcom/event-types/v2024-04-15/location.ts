// Locations in the version 2024-04-15, as Cal.com keeps them.

import { z } from 'zod'
import { exception } from '../../errors.ts'
import { text, truth } from '../../values.ts'
import type { EventTypeShown } from '../documents.ts'
import { type LocationInput, locationOut } from '../location.ts'

export const OldLocation = z.object({
  type: text,
  address: text.optional(),
  link: text.optional(),
  displayLocationPublicly: truth.optional(),
  hostPhoneNumber: text.optional(),
})

type Given = z.output<typeof LocationInput>

/**
 * The same in the words of later versions.
 * @throws CallError for a conference that is not connected.
 */
export function laterLocation(old: z.output<typeof OldLocation>): Given {
  const { address = '', link = '', hostPhoneNumber = '' } = old
  const shown = old.displayLocationPublicly ?? false
  switch (old.type) {
    case 'integrations:daily':
      return { type: 'integration', integration: 'cal-video' }
    case 'inPerson':
      return { type: 'address', address, public: shown }
    case 'link':
      return { type: 'link', link, public: shown }
    case 'userPhone':
      return { type: 'phone', phone: hostPhoneNumber, public: shown }
    case 'attendeeInPerson':
      return { type: 'attendeeAddress' }
    case 'phone':
      return { type: 'attendeePhone' }
    case 'somewhereElse':
      return { type: 'attendeeDefined' }
    case 'conferencing':
      return { type: 'organizersDefaultApp' }
    default:
      throw exception(400, `${old.type} not connected.`)
  }
}

/** A location as this version tells it. */
export function oldLocation(offered: EventTypeShown['locations'][number]): Record<string, unknown> {
  const {
    type,
    integration,
    address,
    link,
    phone,
    public: displayLocationPublicly,
  } = locationOut(offered)
  switch (type) {
    case 'integration':
      return {
        type:
          integration === 'cal-video'
            ? 'integrations:daily'
            : `integrations:${String(integration)}`,
      }
    case 'address':
      return { type: 'inPerson', address, displayLocationPublicly }
    case 'link':
      return { type: 'link', link, displayLocationPublicly }
    case 'phone':
      return { type: 'userPhone', hostPhoneNumber: phone, displayLocationPublicly }
    case 'attendeeAddress':
      return { type: 'attendeeInPerson' }
    case 'attendeePhone':
      return { type: 'phone' }
    case 'attendeeDefined':
      return { type: 'somewhereElse' }
    default:
      return { type: 'conferencing' }
  }
}
