// The integration as Zapier reads it. Plain JavaScript, so that `zapier-platform push` needs no
// build; the types are in comments.

import { defineApp, version as platformVersion } from 'zapier-platform-core'
import { addToken, explainRefusal } from './api.js'
import authentication from './authentication.js'
import cancelBooking from './creates/cancel-booking.js'
import createBooking from './creates/create-booking.js'
import packageJson from './package.json' with { type: 'json' }
import findBooking from './searches/find-booking.js'
import findContact from './searches/find-contact.js'
import eventTypes from './triggers/event-types.js'
import happenings from './triggers/happenings.js'

/**
 * @template {{ key: string }} Part
 * @param {Part[]} parts
 */
const byKey = parts => Object.fromEntries(parts.map(part => [part.key, part]))

export default defineApp({
  version: packageJson.version,
  platformVersion,
  authentication,
  beforeRequest: [addToken],
  afterResponse: [explainRefusal],
  triggers: byKey([...happenings, eventTypes]),
  creates: byKey([createBooking, cancelBooking]),
  searches: byKey([findBooking, findContact]),
})
