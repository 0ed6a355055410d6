// Platform clients: its contract, 9.1.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { Instant, listOf, oneOf, text, truth, url, whole } from '../values.ts'
import { permissionNames } from './permissions.ts'

const group = 'Platform clients'
const scope = 'platform:manage'

const ClientParts = graphql(`
  fragment CalcomClient on PlatformClient {
    id: clientId name secret permissions logoUrl redirectUris ownerDatabaseId createdAt
    bookingRedirectUri bookingCancelRedirectUri bookingRescheduleRedirectUri
    areEmailsEnabled areDefaultEventTypesEnabled areCalendarEventsEnabled
  }
`)

const Client = z
  .object({
    id: z.string(),
    name: z.string(),
    secret: z.string(),
    permissions: z.array(z.enum(permissionNames)),
    logo: z.string().optional(),
    redirectUris: z.array(z.string()),
    organizationId: z.int().meta({ description: 'The account whose client it is.' }),
    createdAt: Instant,
    areEmailsEnabled: z.boolean(),
    areDefaultEventTypesEnabled: z.boolean(),
    areCalendarEventsEnabled: z.boolean(),
    bookingRedirectUri: z.string().optional(),
    bookingCancelRedirectUri: z.string().optional(),
    bookingRescheduleRedirectUri: z.string().optional(),
  })
  .meta({ id: 'PlatformClient' })

const client = (shown: ResultOf<typeof ClientParts>): z.input<typeof Client> => ({
  id: shown.id,
  name: shown.name,
  secret: shown.secret,
  permissions: shown.permissions,
  ...(shown.logoUrl !== null && { logo: shown.logoUrl }),
  redirectUris: shown.redirectUris,
  organizationId: shown.ownerDatabaseId,
  createdAt: shown.createdAt,
  areEmailsEnabled: shown.areEmailsEnabled,
  areDefaultEventTypesEnabled: shown.areDefaultEventTypesEnabled,
  areCalendarEventsEnabled: shown.areCalendarEventsEnabled,
  ...(shown.bookingRedirectUri !== null && { bookingRedirectUri: shown.bookingRedirectUri }),
  ...(shown.bookingCancelRedirectUri !== null && {
    bookingCancelRedirectUri: shown.bookingCancelRedirectUri,
  }),
  ...(shown.bookingRescheduleRedirectUri !== null && {
    bookingRescheduleRedirectUri: shown.bookingRescheduleRedirectUri,
  }),
})

export const clientParams = z.object({
  clientId: z.string().meta({ description: 'Id of the client.' }),
})

const settings = {
  logo: url.nullish(),
  bookingRedirectUri: url.nullish(),
  bookingCancelRedirectUri: url.nullish(),
  bookingRescheduleRedirectUri: url.nullish(),
  areEmailsEnabled: truth.optional(),
  areDefaultEventTypesEnabled: truth.optional(),
  areCalendarEventsEnabled: truth.optional(),
}

const names = { 'input.logoUrl': 'logo' }

/** The parameters of lists of platform clients and their users. */
export const page = {
  limit: whole(1, 250).default(50).meta({ description: 'How many to answer.' }),
  offset: whole(0, 250).default(0).meta({ description: 'How many to pass over.' }),
}

const list = route({
  method: 'GET',
  path: '/oauth-clients',
  name: 'listPlatformClients',
  summary: 'Platform clients of the account, oldest first.',
  group,
  scope,
  request: { query: z.object(page) },
  response: enveloped(z.array(Client)),
  document: graphql(
    `query CalcomListClients($first: Int!, $offset: Int) {
      platformClients(first: $first, offset: $offset) { edges { node { ...CalcomClient } } }
    }`,
    [ClientParts],
  ),
  // An account has 50 at most.
  variables: ({ query: { limit, offset } }) => ({ first: Math.min(limit, 50), offset }),
  reply: ({ platformClients }) => success(platformClients.edges.map(({ node }) => client(node))),
})

const create = route({
  method: 'POST',
  path: '/oauth-clients',
  name: 'createPlatformClient',
  summary: 'Makes a platform client.',
  group,
  scope,
  status: 201,
  request: {
    body: z.object({
      name: text,
      redirectUris: listOf(text),
      permissions: listOf(oneOf([...permissionNames, '*'])).meta({ description: '`*`: all.' }),
      ...settings,
    }),
  },
  response: enveloped(z.object({ clientId: z.string(), clientSecret: z.string() })),
  document: graphql(
    'mutation CalcomCreateClient($input: CreatePlatformClientInput!) { createPlatformClient(input: $input) { client { id: clientId secret } } }',
  ),
  variables: ({ body: { permissions, logo, ...rest } }) => ({
    input: {
      ...rest,
      logoUrl: logo,
      permissions: permissions.includes('*')
        ? [...permissionNames]
        : permissionNames.filter(name => permissions.includes(name)),
    },
  }),
  reply: ({ createPlatformClient: { client } }) =>
    success({ clientId: client.id, clientSecret: client.secret }),
  names,
})

const get = route({
  method: 'GET',
  path: '/oauth-clients/:clientId',
  name: 'getPlatformClient',
  summary: 'One platform client, with its secret.',
  group,
  scope,
  request: { params: clientParams },
  response: enveloped(Client),
  document: graphql(
    'query CalcomGetClient($id: ID!) { platformClient(clientId: $id) { ...CalcomClient } }',
    [ClientParts],
  ),
  variables: ({ params }) => ({ id: params.clientId }),
  reply: ({ platformClient }) => success(client(platformClient)),
})

const update = route({
  method: 'PATCH',
  path: '/oauth-clients/:clientId',
  name: 'updatePlatformClient',
  summary: 'Changes what the body names; permissions stay.',
  group,
  scope,
  request: {
    params: clientParams,
    body: z.object({ name: text.optional(), redirectUris: listOf(text).optional(), ...settings }),
  },
  response: enveloped(Client),
  document: graphql(
    `mutation CalcomUpdateClient($input: UpdatePlatformClientInput!) {
      updatePlatformClient(input: $input) { client { ...CalcomClient } }
    }`,
    [ClientParts],
  ),
  variables: ({ params, body: { logo, ...rest } }) => ({
    input: { clientId: params.clientId, ...rest, logoUrl: logo },
  }),
  reply: ({ updatePlatformClient }) => success(client(updatePlatformClient.client)),
  names,
})

const remove = route({
  method: 'DELETE',
  path: '/oauth-clients/:clientId',
  name: 'deletePlatformClient',
  summary: 'Takes a platform client away, with every token of its users. The users stay.',
  group,
  scope,
  request: { params: clientParams },
  response: enveloped(Client),
  document: graphql(
    `mutation CalcomDeleteClient($id: ID!) { deletePlatformClient(input: { clientId: $id }) { client { ...CalcomClient } } }`,
    [ClientParts],
  ),
  variables: ({ params }) => ({ id: params.clientId }),
  reply: ({ deletePlatformClient }) => success(client(deletePlatformClient.client)),
})

const provider = route({
  method: 'GET',
  path: '/provider/:clientId',
  name: 'verifyPlatformClient',
  summary: 'Whether there is a platform client with this id.',
  group,
  optionalAuth: true,
  request: { params: clientParams },
  response: enveloped(
    z.object({
      clientId: z.string(),
      organizationId: z.int(),
      name: z.string(),
      isValidClient: z.literal(true),
    }),
  ),
  document: graphql(
    'query CalcomProvider($id: ID!) { platformApp(clientId: $id) { id: clientId name ownerDatabaseId } }',
  ),
  variables: ({ params }) => ({ id: params.clientId }),
  reply({ platformApp }) {
    const { id, name, ownerDatabaseId } = found(platformApp, 'client')
    return success({
      clientId: id,
      organizationId: ownerDatabaseId,
      name,
      isValidClient: true as const,
    })
  },
})

export const oauthClients = [list, create, get, update, remove, provider]
