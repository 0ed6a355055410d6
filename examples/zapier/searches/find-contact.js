import { defineSearch } from 'zapier-platform-core'
import { route } from '../api.js'
import { contactFields, contactSample } from '../shapes.js'

/**
 * Contacts that match all that is given, who booked last first.
 * @param {import('../api.js').ZObject} z
 * @param {import('../api.js').Bundle} bundle
 */
async function perform(z, { inputData: { email, words } }) {
  if (!email && !words)
    throw new z.errors.Error('Give an email address, or words to search for.', 'INVALID_REQUEST')
  const params = { ...(email ? { email } : {}), ...(words ? { q: words } : {}) }
  const { data } = await z.request(route('/contacts'), { params })
  return data.data
}

export default defineSearch({
  key: 'find_contact',
  noun: 'Contact',
  display: {
    label: 'Find Contact',
    description:
      'Finds a person who booked with you, by email address, or by words of their name or address.',
  },
  operation: {
    perform,
    inputFields: [
      { key: 'email', label: 'Email', required: false, type: 'string' },
      {
        key: 'words',
        label: 'Words',
        required: false,
        type: 'string',
        helpText: 'Part of the name or of the email address.',
      },
    ],
    sample: contactSample,
    outputFields: contactFields,
  },
})
