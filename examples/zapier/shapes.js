// What bookings and contacts look like: names of their fields for people, and examples.

/** @typedef {import('zapier-platform-core').PlainOutputField} Field */

/** @type {Field[]} */
export const bookingFields = [
  { key: 'id', label: 'Booking ID' },
  { key: 'status', label: 'Status' },
  { key: 'event_type__id', label: 'Event Type ID' },
  { key: 'event_type__name', label: 'Event Type Name' },
  { key: 'event_type__slug', label: 'Event Type Slug' },
  { key: 'event_type__duration_minutes', label: 'Event Type Duration in Minutes', type: 'integer' },
  { key: 'start_time', label: 'Start Time', type: 'datetime' },
  { key: 'end_time', label: 'End Time', type: 'datetime' },
  { key: 'timezone', label: 'Time Zone' },
  { key: 'invitee__name', label: 'Invitee Name' },
  { key: 'invitee__email', label: 'Invitee Email' },
  { key: 'invitee__timezone', label: 'Invitee Time Zone' },
  { key: 'notes', label: 'Notes' },
  { key: 'location', label: 'Location' },
  { key: 'cancellation_reason', label: 'Cancellation Reason' },
  { key: 'cancelled_at', label: 'Cancelled At', type: 'datetime' },
  { key: 'rescheduled_from', label: 'ID of the Booking That It Replaced' },
  { key: 'created_at', label: 'Created At', type: 'datetime' },
  { key: 'updated_at', label: 'Updated At', type: 'datetime' },
]

export const bookingSample = {
  id: 'bk_4qJ8mWcQ2nTz7sLxR0vYbA',
  status: 'CONFIRMED',
  event_type: {
    id: 'et_9fK2hVdE6uPw3rNyC1xZsB',
    name: 'Intro call',
    slug: 'intro',
    duration_minutes: 30,
  },
  start_time: '2026-03-16T10:00:00.000Z',
  end_time: '2026-03-16T10:30:00.000Z',
  timezone: 'America/New_York',
  invitee: { name: 'Ann Arbor', email: 'ann@example.com', timezone: 'America/New_York' },
  notes: 'About the roof.',
  location: 'https://meet.example.com/ann',
  cancellation_reason: null,
  cancelled_at: null,
  rescheduled_from: null,
  created_at: '2026-03-10T09:12:00.000Z',
  updated_at: '2026-03-10T09:12:00.000Z',
}

/** @type {Field[]} */
export const contactFields = [
  { key: 'id', label: 'Contact ID' },
  { key: 'name', label: 'Name' },
  { key: 'email', label: 'Email' },
  { key: 'phone', label: 'Phone' },
  { key: 'timezone', label: 'Time Zone' },
  { key: 'booking_count', label: 'Number of Bookings', type: 'integer' },
  { key: 'first_booking_at', label: 'First Booking At', type: 'datetime' },
  { key: 'last_booking_at', label: 'Last Booking At', type: 'datetime' },
]

export const contactSample = {
  id: 'ct_7sXbL3mQ9wRk5vTn2yHcDe',
  name: 'Ann Arbor',
  email: 'ann@example.com',
  phone: null,
  timezone: 'America/New_York',
  booking_count: 2,
  first_booking_at: '2026-02-02T08:00:00.000Z',
  last_booking_at: '2026-03-10T09:12:00.000Z',
}

/**
 * The fields of a thing inside another: `booking__id`.
 * @param {string} outer
 * @param {Field[]} fields
 * @returns {Field[]}
 */
export const inside = (outer, fields) =>
  fields.map(field => ({ ...field, key: `${outer}__${field.key}` }))
