// Fills the list of event types in "Create Booking". People do not see it as a trigger.

import { defineTrigger } from 'zapier-platform-core'
import { route } from '../api.js'

/**
 * A page of those that can be booked now.
 * @param {import('../api.js').ZObject} z
 * @param {import('../api.js').Bundle} bundle
 */
async function perform(z, bundle) {
  const cursor = bundle.meta.page ? await z.cursor.get() : undefined
  if (bundle.meta.page && !cursor) return []
  const { data } = await z.request(route('/event-types'), { params: { limit: 100, ...(cursor && { cursor }) } })
  await z.cursor.set(data.cursor ?? '')
  return data.data.filter((/** @type {{ is_active: boolean }} */ each) => each.is_active)
}

export default defineTrigger({
  key: 'event_type_list',
  noun: 'Event Type',
  display: { label: 'List of Event Types', description: 'Fills the list of event types.', hidden: true },
  operation: {
    type: 'polling',
    canPaginate: true,
    perform,
    sample: { id: 'et_9fK2hVdE6uPw3rNyC1xZsB', name: 'Intro call', slug: 'intro', duration_minutes: 30 },
    outputFields: [
      { key: 'id', label: 'Event Type ID' },
      { key: 'name', label: 'Name' },
    ],
  },
})
