import { defineSearch } from 'zapier-platform-core'
import { route } from '../api.js'
import { bookingFields, bookingSample } from '../shapes.js'

/**
 * The bookings of a person, the newest first; Zapier takes that one.
 * @param {import('../api.js').ZObject} z
 * @param {import('../api.js').Bundle} bundle
 */
async function perform(z, { inputData: { email, status } }) {
  const { data } = await z.request(route('/bookings'), {
    params: { email, ...(status ? { status } : {}) },
  })
  return data.data
}

export default defineSearch({
  key: 'find_booking',
  noun: 'Booking',
  display: {
    label: 'Find Booking',
    description: 'Finds the booking that an invitee made last, by their email address.',
  },
  operation: {
    perform,
    inputFields: [
      { key: 'email', label: 'Invitee Email', required: true, type: 'string' },
      {
        key: 'status',
        label: 'Status',
        required: false,
        type: 'string',
        choices: {
          CONFIRMED: 'Confirmed',
          PENDING: 'Waiting for approval',
          CANCELLED: 'Cancelled or denied',
        },
        helpText: 'Default: any.',
      },
    ],
    sample: bookingSample,
    outputFields: bookingFields,
  },
})
