import { z } from 'zod'
import { graphql, type VariablesOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { collectionOf, listed, listOf, one, page, sort, span, spanNames } from '../list.ts'
import { Uri, uuid } from '../uris.ts'
import {
  Contact,
  ContactChange,
  ContactParts,
  contact,
  contactIn,
  contactNames,
  NewContact,
} from './contact.ts'
import { GetSelf } from './self.ts'

const group = 'Contacts'
const read = 'contacts:read'
const write = 'contacts:write'

const ListContacts = graphql(
  `query CalendlyListContacts(
    $emails: [EmailAddress!], $search: String, $orderBy: ContactOrder!
    $first: Int, $after: String, $last: Int, $before: String
  ) {
    contacts(
      emails: $emails, search: $search, orderBy: $orderBy
      first: $first, after: $after, last: $last, before: $before
    ) {
      edges { node { ...CalendlyContact } }
      pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
    }
  }`,
  [ContactParts],
)

const orders = {
  created_at: ['CREATED', 'CREATED_DESC'],
  updated_at: ['UPDATED', 'UPDATED_DESC'],
} as const

type Order = VariablesOf<typeof ListContacts>['orderBy']

const list = route({
  method: 'GET',
  path: '/contacts',
  name: 'listContacts',
  summary: 'Contacts of the user, the oldest first unless another order is asked for.',
  group,
  scope: read,
  request: {
    query: z.object({
      email: z
        .string()
        .optional()
        .meta({ description: 'Only these addresses, with commas between them.' }),
      name: z
        .string()
        .optional()
        .meta({ description: 'Only those whose name or address holds this.' }),
      sort: sort<Order>(orders, 'CREATED'),
      ...page,
    }),
  },
  response: listOf(Contact),
  document: ListContacts,
  variables: ({ query }) => ({
    emails: query.email?.split(','),
    search: query.name,
    orderBy: query.sort,
    ...span(query),
  }),
  reply: ({ contacts }, { arrival }) =>
    listed(contacts, shown => contact(shown, arrival.publicUrl), arrival),
  names: { ...spanNames, emails: 'email', search: 'name' },
})

const get = route({
  method: 'GET',
  path: '/contacts/:uuid',
  name: 'getContact',
  summary: 'One contact.',
  group,
  scope: read,
  request: { params: uuid('the contact') },
  response: one(Contact),
  document: graphql(
    'query CalendlyGetContact($id: ID!) { contact(id: $id) { ...CalendlyContact } }',
    [ContactParts],
  ),
  variables: ({ params }) => ({ id: params.uuid }),
  reply: (data, { arrival }) => ({
    resource: contact(found(data.contact, 'contact'), arrival.publicUrl),
  }),
})

const create = route({
  method: 'POST',
  path: '/contacts',
  name: 'createContact',
  summary: 'Adds a contact.',
  group,
  scope: write,
  status: 201,
  request: { body: NewContact },
  response: one(Contact),
  document: graphql(
    `mutation CalendlyCreateContact($input: CreateContactInput!) {
      createContact(input: $input) { contact { ...CalendlyContact } }
    }`,
    [ContactParts],
  ),
  variables: ({ body }) => ({
    input: { ...contactIn(body), name: body.name, email: body.emails[0]?.email ?? '' },
  }),
  reply: ({ createContact }, { arrival }) => ({
    resource: contact(createContact.contact, arrival.publicUrl),
  }),
  names: contactNames,
})

const update = route({
  method: 'PATCH',
  path: '/contacts/:uuid',
  name: 'updateContact',
  summary: 'Changes what is named of a contact.',
  group,
  scope: write,
  request: { params: uuid('the contact'), body: ContactChange },
  response: one(Contact),
  document: graphql(
    `mutation CalendlyUpdateContact($input: UpdateContactInput!) {
      updateContact(input: $input) { contact { ...CalendlyContact } }
    }`,
    [ContactParts],
  ),
  variables: ({ params, body }) => ({ input: { id: params.uuid, ...contactIn(body) } }),
  reply: ({ updateContact }, { arrival }) => ({
    resource: contact(updateContact.contact, arrival.publicUrl),
  }),
  names: contactNames,
})

const remove = route({
  method: 'DELETE',
  path: '/contacts/:uuid',
  name: 'deleteContact',
  summary: 'Takes a contact away; bookings stay.',
  group,
  scope: write,
  status: 204,
  request: { params: uuid('the contact') },
  document: graphql(
    'mutation CalendlyDeleteContact($id: ID!) { deleteContact(input: { id: $id }) { id: deletedId } }',
  ),
  variables: ({ params }) => ({ id: params.uuid }),
  reply: () => undefined,
})

const CustomField = z.object({ uri: Uri })

const listCustomFields = route({
  method: 'GET',
  path: '/contacts/custom_field_definitions',
  name: 'listContactCustomFieldDefinitions',
  summary: 'There are no custom fields here: the list is empty.',
  group,
  request: {},
  response: collectionOf(CustomField),
  document: GetSelf,
  variables: () => ({}),
  reply: () => ({ collection: [] }),
})

const getCustomField = route({
  method: 'GET',
  path: '/contacts/custom_field_definitions/:uuid',
  name: 'getContactCustomFieldDefinition',
  summary: 'There are no custom fields here: none is found.',
  group,
  request: { params: uuid('the field') },
  response: one(CustomField),
  document: GetSelf,
  variables: () => ({}),
  reply: () => ({ resource: found<z.input<typeof CustomField>>(null, 'field') }),
})

// The fields before `/contacts/:uuid`, whose form their path has too.
export const contacts = [list, listCustomFields, getCustomField, get, create, update, remove]
