import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { listed, listOf, page, span, spanNames } from './list.ts'
import { Contact, ContactParts, contact } from './serialize.ts'

const group = 'Contacts'
const scope = 'contacts:read'

const list = route({
  method: 'GET',
  path: '/contacts',
  name: 'listContacts',
  summary: 'People who booked, who booked last first.',
  group,
  scope,
  request: {
    query: z.object({
      email: z.string().optional().meta({ description: 'Only the one with this address.' }),
      q: z
        .string()
        .optional()
        .meta({ description: 'Only those whose name or address holds this.' }),
      ...page,
    }),
  },
  response: listOf(Contact),
  document: graphql(
    `query CalendarpaListContacts($email: EmailAddress, $search: String, $first: Int!, $after: String) {
      contacts(email: $email, search: $search, first: $first, after: $after) {
        edges { node { ...CalendarpaContact } }
        pageInfo { endCursor hasNextPage }
      }
    }`,
    [ContactParts],
  ),
  variables: ({ query: { email, q, ...asked } }) => ({ email, search: q, ...span(asked) }),
  reply: ({ contacts }) => listed(contacts, contact),
  names: { search: 'q', ...spanNames },
})

const one = route({
  method: 'GET',
  path: '/contacts/:id',
  name: 'getContact',
  summary: 'One contact.',
  group,
  scope,
  request: { params: z.object({ id: z.string().meta({ description: 'Id of the contact.' }) }) },
  response: Contact,
  document: graphql(
    'query CalendarpaGetContact($id: ID!) { contact(id: $id) { ...CalendarpaContact } }',
    [ContactParts],
  ),
  variables: ({ params }) => params,
  reply: data => contact(found(data.contact, 'contact')),
})

export const contacts = [list, one]
