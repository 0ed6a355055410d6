import { defineCreate } from 'zapier-platform-core'
import { route } from '../api.js'
import { bookingFields, bookingSample } from '../shapes.js'

/**
 * Books. The platform gives a step no id that stays when the step is run again, so the Zap can say
 * what makes it the same.
 * @param {import('../api.js').ZObject} z
 * @param {import('../api.js').Bundle} bundle
 */
async function perform(z, { inputData: { idempotency_key: key, ...body } }) {
  /** @type {Record<string, string>} */
  const headers = key ? { 'Idempotency-Key': String(key) } : {}
  const { data } = await z.request(route('/bookings'), { method: 'POST', headers, body })
  return data
}

export default defineCreate({
  key: 'create_booking',
  noun: 'Booking',
  display: {
    label: 'Create Booking',
    description: 'Books a time of one of your event types for an invitee.',
  },
  operation: {
    perform,
    inputFields: [
      {
        key: 'event_type_id',
        label: 'Event Type',
        required: true,
        type: 'string',
        dynamic: 'event_type_list.id.name',
      },
      {
        key: 'start_time',
        label: 'Start Time',
        required: true,
        type: 'datetime',
        helpText: 'It has to be free, and within the hours of the event type.',
      },
      { key: 'invitee_name', label: 'Invitee Name', required: true, type: 'string' },
      { key: 'invitee_email', label: 'Invitee Email', required: true, type: 'string' },
      {
        key: 'invitee_timezone',
        label: 'Invitee Time Zone',
        required: false,
        type: 'string',
        placeholder: 'America/New_York',
        helpText: 'An IANA name. Default: your own time zone.',
      },
      {
        key: 'notes',
        label: 'Notes',
        required: false,
        type: 'text',
        helpText: 'What the invitee wants you to know.',
      },
      {
        key: 'idempotency_key',
        label: 'Book Once For',
        required: false,
        type: 'string',
        helpText:
          'A value that is the same when this step runs again for the same thing, such as the ID of an order. The first booking is then answered again, and none is added.',
      },
    ],
    sample: bookingSample,
    outputFields: bookingFields,
  },
})
