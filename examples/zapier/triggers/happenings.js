// The seven triggers: a table, and how any of them works.
//
// A delivery and an entry of GET /events have the same id and the same format, so that Zapier
// recognizes an event that it received both ways.

import { defineTrigger } from 'zapier-platform-core'
import { route, segment } from '../api.js'
import { bookingFields, bookingSample, contactFields, contactSample, inside } from '../shapes.js'
import { isSigned } from '../signature.js'

/**
 * @typedef {import('../api.js').ZObject} ZObject
 * @typedef {import('../api.js').Bundle} Bundle
 * @typedef {{ id: string, event: string, created_at: string, data: { booking?: object, contact?:
 * object } }} EventEntry
 */

const cancelled = {
  status: 'CANCELLED',
  cancellation_reason: 'A cold',
  cancelled_at: '2026-03-11T08:00:00.000Z',
  updated_at: '2026-03-11T08:00:00.000Z',
}

const things = {
  booking: { noun: 'Booking', fields: bookingFields, sample: bookingSample },
  contact: { noun: 'Contact', fields: contactFields, sample: contactSample },
}

/**
 * @typedef {object} Happening
 * @property {string} event its name in the API
 * @property {keyof typeof things} thing what it happens to
 * @property {string} label
 * @property {string} description
 * @property {object} [sample] how the thing stands after it, where that is not the ordinary way
 */

/** @type {Happening[]} */
const happenings = [
  {
    event: 'BOOKING_CREATED',
    thing: 'booking',
    label: 'New Booking',
    description: 'Triggers when somebody books, and the booking is confirmed at once.',
  },
  {
    event: 'BOOKING_CANCELLED',
    thing: 'booking',
    label: 'Booking Cancelled',
    description: 'Triggers when you or the invitee cancel a booking.',
    sample: cancelled,
  },
  {
    event: 'BOOKING_RESCHEDULED',
    thing: 'booking',
    label: 'Booking Rescheduled',
    description: 'Triggers when a booking is rescheduled. The data is the new booking.',
    sample: { rescheduled_from: 'bk_1dGhT5yU8iKo3pLaS6zXcV' },
  },
  {
    event: 'BOOKING_APPROVED',
    thing: 'booking',
    label: 'Booking Approved',
    description: 'Triggers when you approve a booking that waited for it.',
  },
  {
    event: 'BOOKING_DENIED',
    thing: 'booking',
    label: 'Booking Denied',
    description: 'Triggers when you decline a booking that waited for your approval.',
    sample: cancelled,
  },
  {
    event: 'CONTACT_CREATED',
    thing: 'contact',
    label: 'New Contact',
    description: 'Triggers when somebody books with you for the first time.',
    sample: { booking_count: 1 },
  },
  {
    event: 'CONTACT_UPDATED',
    thing: 'contact',
    label: 'Updated Contact',
    description:
      'Triggers when a contact books again, which brings up to date what you know of them.',
  },
]

/**
 * An event as a Zap sees it. `id` is that of the event, for Zapier's deduplication.
 * @param {EventEntry} entry
 */
const unpack = ({ data, ...entry }) => ({ ...entry, ...data })

/** @param {Happening} happening */
function triggerOf({ event, thing, label, description, sample }) {
  const { noun, fields, sample: ordinary } = things[thing]
  return defineTrigger({
    key: event.toLowerCase(),
    noun,
    display: { label, description },
    operation: {
      type: 'hook',

      /** @param {ZObject} z @param {Bundle} bundle the answer is kept as `bundle.subscribeData` */
      async performSubscribe(z, bundle) {
        const body = { target_url: bundle.targetUrl, event }
        const { data } = await z.request(route('/hooks'), { method: 'POST', body })
        return data
      },

      /** @param {ZObject} z @param {Bundle} bundle */
      async performUnsubscribe(z, bundle) {
        const url = route(`/hooks/${segment(bundle.subscribeData?.id)}`)
        const response = await z.request(url, { method: 'DELETE', skipThrowForStatus: true })
        // One that is gone is what was wanted.
        if (response.status !== 404) response.throwForStatus()
        return {}
      },

      /**
       * A delivery.
       * @param {ZObject} z
       * @param {Bundle & { subscribeData?: { secret?: string } }} bundle
       */
      perform(z, bundle) {
        if (!isSigned(bundle.subscribeData?.secret, bundle.rawRequest)) {
          throw new z.errors.Error(
            'The delivery is not signed with the secret of this Zap.',
            'INVALID_SIGNATURE',
          )
        }
        /** @type {EventEntry} what was signed, as it came */
        const entry = z.JSON.parse(bundle.rawRequest?.content ?? '')
        // A host can have a hook tested, which sends an event that did not happen.
        return entry.event === event ? [unpack(entry)] : []
      },

      /** The polling fallback, newest first. @param {ZObject} z */
      async performList(z) {
        const { data } = await z.request(route('/events'), { params: { event, limit: 100 } })
        return data.data.map(unpack)
      },

      sample: {
        id: 'evt_3nRb6kVq8sMx1tZc4wYpJd',
        event,
        created_at: '2026-03-11T08:00:00.000Z',
        [thing]: { ...ordinary, ...sample },
      },
      outputFields: [
        { key: 'id', label: 'Event ID', primary: true },
        { key: 'event', label: 'Event' },
        { key: 'created_at', label: 'Happened At', type: 'datetime' },
        ...inside(thing, fields).map(field => ({ ...field, label: named(noun, field.label) })),
      ],
    },
  })
}

/** A field's name with the thing before it, once. @param {string} noun @param {string} label */
const named = (noun, label = '') => (label.startsWith(noun) ? label : `${noun} ${label}`)

export default happenings.map(triggerOf)
