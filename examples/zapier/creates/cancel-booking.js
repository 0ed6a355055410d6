import { defineCreate } from 'zapier-platform-core'
import { route, segment } from '../api.js'
import { bookingFields, bookingSample } from '../shapes.js'

/** @param {import('../api.js').ZObject} z @param {import('../api.js').Bundle} bundle */
async function perform(z, { inputData: { booking_id: id, reason } }) {
  const { data } = await z.request(route(`/bookings/${segment(id)}/cancel`), {
    method: 'POST',
    body: { reason },
  })
  return data
}

export default defineCreate({
  key: 'cancel_booking',
  noun: 'Booking',
  display: { label: 'Cancel Booking', description: 'Cancels a booking, and gives its time back.' },
  operation: {
    perform,
    inputFields: [
      {
        key: 'booking_id',
        label: 'Booking ID',
        required: true,
        type: 'string',
        search: 'find_booking.id',
        helpText: 'Of a trigger of this app, or of "Find Booking". It starts with `bk_`.',
      },
      {
        key: 'reason',
        label: 'Reason',
        required: false,
        type: 'text',
        helpText: 'The invitee can read it.',
      },
    ],
    sample: {
      ...bookingSample,
      status: 'CANCELLED',
      cancellation_reason: 'A cold',
      cancelled_at: '2026-03-11T08:00:00.000Z',
      updated_at: '2026-03-11T08:00:00.000Z',
    },
    outputFields: bookingFields,
  },
})
