// Fills the list of event types in "Create Booking". People do not see it as a trigger.

import { defineTrigger } from 'zapier-platform-core'
import { route } from '../api.js'

/** All that can be booked now. @param {import('../api.js').ZObject} z */
async function perform(z) {
  const all = []
  let cursor = ''
  do {
    const { data } = await z.request(route('/event-types'), {
      params: { limit: 100, ...(cursor && { cursor }) },
    })
    all.push(...data.data)
    cursor = data.cursor
  } while (cursor)
  return all.filter(({ is_active }) => is_active)
}

export default defineTrigger({
  key: 'event_type_list',
  noun: 'Event Type',
  display: {
    label: 'List of Event Types',
    description: 'Fills the list of event types.',
    hidden: true,
  },
  operation: {
    type: 'polling',
    perform,
    sample: {
      id: 'et_9fK2hVdE6uPw3rNyC1xZsB',
      name: 'Intro call',
      slug: 'intro',
      duration_minutes: 30,
    },
    outputFields: [
      { key: 'id', label: 'Event Type ID' },
      { key: 'name', label: 'Name' },
    ],
  },
})
