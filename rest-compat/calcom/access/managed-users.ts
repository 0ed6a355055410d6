// Users that a platform client makes and acts for, and their tokens: its contract, 2.3 and 9.2.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { saying } from '../errors.ts'
import { joined, more } from '../pagination.ts'
import {
  email,
  graphWeekday,
  Instant,
  id,
  number,
  oneOf,
  text,
  weekdayOf,
  weekdays,
} from '../values.ts'
import { clientParams, page } from './oauth-clients.ts'

const group = 'Managed users'
const scope = 'platform:manage'

const UserParts = graphql(`
  fragment CalcomManagedUser on ManagedAccount {
    databaseId email name timeZone weekStart createdAt timeFormat defaultScheduleDatabaseId locale avatarUrl metadata
    bookingPage { slug bio }
  }
`)

const TokenParts = graphql(`
  fragment CalcomTokens on ManagedTokens { accessToken refreshToken accessTokenExpiresAt refreshTokenExpiresAt }
`)

const User = z
  .object({
    id,
    email: z.string().meta({ description: 'With the client in it: `ada+c1…@example.com`.' }),
    username: z.string().nullable(),
    name: z.string(),
    bio: z.string().nullable(),
    timeZone: z.string(),
    weekStart: z.string(),
    createdDate: Instant,
    timeFormat: z.int(),
    defaultScheduleId: z.int().nullable(),
    locale: z.string(),
    avatarUrl: z.string().nullable(),
    metadata: z.unknown(),
  })
  .meta({ id: 'ManagedUser' })

const user = ({ bookingPage, ...shown }: ResultOf<typeof UserParts>): z.input<typeof User> => ({
  id: shown.databaseId,
  email: shown.email,
  username: bookingPage?.slug ?? null,
  name: shown.name,
  bio: bookingPage?.bio ?? null,
  timeZone: shown.timeZone,
  weekStart: weekdayOf(shown.weekStart),
  createdDate: shown.createdAt,
  timeFormat: shown.timeFormat,
  defaultScheduleId: shown.defaultScheduleDatabaseId,
  locale: shown.locale,
  avatarUrl: shown.avatarUrl,
  metadata: shown.metadata,
})

const millis = z.int().meta({ description: 'Milliseconds since 1970.' })

const tokenForms = {
  accessToken: z.string(),
  refreshToken: z.string(),
  accessTokenExpiresAt: millis,
  refreshTokenExpiresAt: millis,
}

const Tokens = z.object(tokenForms).meta({ id: 'ManagedTokens' })

const tokens = (shown: ResultOf<typeof TokenParts>): z.input<typeof Tokens> => ({
  accessToken: shown.accessToken,
  refreshToken: shown.refreshToken,
  accessTokenExpiresAt: Date.parse(shown.accessTokenExpiresAt),
  refreshTokenExpiresAt: Date.parse(shown.refreshTokenExpiresAt),
})

const params = clientParams.extend({ userId: number('user') })
const path = '/oauth-clients/:clientId/users'

const settings = {
  timeFormat: z.literal([12, 24], 'must be one of the following values: 12, 24').optional(),
  weekStart: oneOf(weekdays).optional(),
  timeZone: text.optional(),
  locale: text.optional(),
  avatarUrl: text.nullish(),
  bio: text.nullish(),
  metadata: z.record(z.string(), z.unknown(), 'must be an object').optional(),
}

const list = route({
  method: 'GET',
  path,
  name: 'listManagedUsers',
  summary: 'Users of a platform client, oldest first.',
  group,
  scope,
  request: {
    params: clientParams,
    query: z.object({
      ...page,
      emails: z
        .union([text.transform(list => list.split(',')), z.array(text)])
        .optional()
        .meta({ description: 'Only those with these e-mails, with commas between.' }),
    }),
  },
  response: enveloped(z.array(User)),
  document: graphql(
    `query CalcomListManagedUsers($clientId: ID!, $emails: [String!], $first: Int!, $offset: Int, $after: String) {
      managedAccounts(clientId: $clientId, emails: $emails, first: $first, offset: $offset, after: $after) {
        edges { node { ...CalcomManagedUser } }
        pageInfo { endCursor hasNextPage }
      }
    }`,
    [UserParts],
  ),
  variables: ({ params, query: { limit, offset, emails } }) => ({
    clientId: params.clientId,
    emails,
    first: Math.min(limit, 100),
    offset: offset || undefined,
  }),
  next: ({ managedAccounts }, { query }) => more(managedAccounts, { take: query.limit }),
  join: (before, { managedAccounts }) => ({
    managedAccounts: joined(before.managedAccounts, managedAccounts),
  }),
  reply: ({ managedAccounts }) => success(managedAccounts.edges.map(({ node }) => user(node))),
})

const taken = {
  CONFLICT: [
    409,
    ({ details }: { details: Readonly<Record<string, unknown>> }) =>
      `User with the provided e-mail already exists. Existing user ID=${details.userId}`,
  ],
} as const

const create = saying(
  taken,
  route({
    method: 'POST',
    path,
    name: 'createManagedUser',
    summary: 'Makes a user of a platform client, with two tokens.',
    group,
    scope,
    status: 201,
    request: { params: clientParams, body: z.object({ email, name: text, ...settings }) },
    response: enveloped(z.object({ user: User, ...tokenForms })),
    document: graphql(
      `mutation CalcomCreateManagedUser($input: CreateManagedAccountInput!) {
        createManagedAccount(input: $input) { account { ...CalcomManagedUser } tokens { ...CalcomTokens } }
      }`,
      [UserParts, TokenParts],
    ),
    variables: ({ params, body: { weekStart, ...rest } }) => ({
      input: {
        clientId: params.clientId,
        ...rest,
        weekStart: weekStart && graphWeekday(weekStart),
      },
    }),
    reply({ createManagedAccount: made }) {
      if (made.tokens === null) throw new Error('a new account has tokens')
      return success({ user: user(made.account), ...tokens(made.tokens) })
    },
  }),
)

const get = route({
  method: 'GET',
  path: `${path}/:userId`,
  name: 'getManagedUser',
  summary: 'One user of a platform client.',
  group,
  scope,
  request: { params },
  response: enveloped(User),
  document: graphql(
    `query CalcomGetManagedUser($clientId: ID!, $id: ID!) {
      managedAccount(clientId: $clientId, userId: $id) { ...CalcomManagedUser }
    }`,
    [UserParts],
  ),
  variables: ({ params: { clientId, userId } }) => ({ clientId, id: userId }),
  reply: ({ managedAccount }) => success(user(managedAccount)),
})

const update = saying(
  taken,
  route({
    method: 'PATCH',
    path: `${path}/:userId`,
    name: 'updateManagedUser',
    summary: 'Changes what the body names.',
    group,
    scope,
    request: {
      params,
      body: z.object({
        email: email.optional(),
        name: text.optional(),
        defaultScheduleId: z.int('must be a number').optional(),
        ...settings,
      }),
    },
    response: enveloped(User),
    document: graphql(
      `mutation CalcomUpdateManagedUser($input: UpdateManagedAccountInput!) {
        updateManagedAccount(input: $input) { account { ...CalcomManagedUser } }
      }`,
      [UserParts],
    ),
    variables: ({ params, body: { weekStart, defaultScheduleId, ...rest } }) => ({
      input: {
        clientId: params.clientId,
        userId: params.userId,
        ...rest,
        weekStart: weekStart && graphWeekday(weekStart),
        defaultScheduleId: defaultScheduleId?.toString(),
      },
    }),
    reply: ({ updateManagedAccount }) => success(user(updateManagedAccount.account)),
  }),
)

const remove = route({
  method: 'DELETE',
  path: `${path}/:userId`,
  name: 'deleteManagedUser',
  summary: 'Takes a user away, with all that is theirs.',
  group,
  scope,
  request: { params },
  response: enveloped(User),
  // The answer is the user as they were: a change of nothing tells it.
  document: graphql(
    `mutation CalcomDeleteManagedUser($clientId: ID!, $id: ID!) {
      updateManagedAccount(input: { clientId: $clientId, userId: $id }) { account { ...CalcomManagedUser } }
      deleteManagedAccount(input: { clientId: $clientId, userId: $id }) { id: deletedId }
    }`,
    [UserParts],
  ),
  variables: ({ params: { clientId, userId } }) => ({ clientId, id: userId }),
  reply: ({ updateManagedAccount }) => success(user(updateManagedAccount.account)),
})

const renew = route({
  method: 'POST',
  path: `${path}/:userId/force-refresh`,
  name: 'renewManagedTokens',
  summary: 'Ends every token of a user, and makes two others.',
  group,
  scope,
  request: { params },
  response: enveloped(Tokens),
  document: graphql(
    `mutation CalcomRenewTokens($input: RenewManagedTokensInput!) {
      renewManagedTokens(input: $input) { tokens { ...CalcomTokens } }
    }`,
    [TokenParts],
  ),
  variables: ({ params: { clientId, userId } }) => ({ input: { clientId, userId } }),
  reply: ({ renewManagedTokens }) => success(tokens(renewManagedTokens.tokens)),
})

const refresh = saying(
  {
    UNAUTHENTICATED: [400, 'Invalid OAuth client credentials.'],
    INVALID_INPUT: [400, 'Invalid refresh token.'],
  },
  route({
    method: 'POST',
    path: '/oauth/:clientId/refresh',
    name: 'refreshManagedTokens',
    summary:
      'Two tokens of a user for their refresh token, which is used up. Takes the secret of the client.',
    group,
    forAnyone: true,
    request: {
      params: clientParams,
      headers: z.object({
        'x-cal-secret-key': z.string().default('').meta({ description: 'Secret of the client.' }),
      }),
      body: z.object({ refreshToken: text }),
    },
    response: enveloped(Tokens),
    document: graphql(
      `mutation CalcomRefreshTokens($input: RefreshManagedTokensInput!) {
        refreshManagedTokens(input: $input) { tokens { ...CalcomTokens } }
      }`,
      [TokenParts],
    ),
    variables: ({ params, headers, body }) => ({
      input: {
        clientId: params.clientId,
        clientSecret: headers['x-cal-secret-key'],
        refreshToken: body.refreshToken,
      },
    }),
    reply: ({ refreshManagedTokens }) => success(tokens(refreshManagedTokens.tokens)),
  }),
)

export const managedUsers = [list, create, get, update, remove, renew, refresh]
