import { hostOf, requireScope } from '../context.ts'
import type {
  OAuthGrant as GrantRow,
  OAuthClient as OAuthClientRow,
} from '../db/generated/client/client.ts'
import { builder } from '../graph/builder.ts'
import { DeletePayload } from '../graph/delete-payload.ts'
import { idInput } from '../graph/id-input.ts'
import { connectionCost, totalCount } from '../graph/pagination.ts'
import {
  createClient,
  deleteClient,
  listClients,
  rotateClientSecret,
  updateClient,
} from './clients.ts'
import { endAuthorization, listGrants } from './grants.ts'

const manage = { requiresScope: { scope: 'apps:manage' } } as const

const OAuthClient = builder.prismaObject('OAuthClient', {
  description:
    'An app that the viewer registered, so that accounts can let it in through OAuth 2.0.',
  fields: t => ({
    name: t.exposeString('name', { description: 'What people are asked to let in.' }),
    isPublic: t.boolean({
      description:
        'Whether it runs where it can keep no secret: on a phone, in a browser, on a command line.',
      resolve: client => client.secretHash === null,
    }),
    redirectUris: t.exposeStringList('redirectUris', { description: 'Where answers may be sent.' }),
    scopes: t.exposeStringList('scopes', { description: 'Scopes that it may request.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When it, or its secret, last changed.',
    }),
  }),
})

const OAuthApp = builder.prismaObject('OAuthClient', {
  variant: 'OAuthApp',
  description: 'An app, as those see it who let it in.',
  fields: t => ({
    clientId: t.exposeID('uid', {
      description: 'The `client_id` of OAuth, and the id of the `OAuthClient`.',
    }),
    name: t.exposeString('name', { description: 'What its maker calls it.' }),
    isPublic: t.boolean({
      description: 'Whether it runs where it can keep no secret.',
      resolve: client => client.secretHash === null,
    }),
    redirectUris: t.exposeStringList('redirectUris', { description: 'Where answers may be sent.' }),
  }),
})

const AuthorizedApp = builder.prismaObject('OAuthGrant', {
  variant: 'AuthorizedApp',
  description: 'What the viewer has allowed an app.',
  fields: t => ({
    app: t.relation('client', { type: OAuthApp, description: 'The app.' }),
    scopes: t.exposeStringList('scopes', { description: 'What it may do.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was first let in.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When it was last allowed more.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Last request with a token of it, to the minute.',
    }),
  }),
})

builder.nodeRef(OAuthClient, {
  id: {
    resolve: (client: OAuthClientRow) => client.uid,
    description: 'Starts with `oac_`; the `client_id` of OAuth.',
  },
  loadWithoutCache: (id, ctx) => {
    requireScope(ctx, 'apps:manage')
    return ctx.db.oAuthClient.findUnique({ where: { uid: String(id), ownerId: hostOf(ctx) } })
  },
})

builder.nodeRef(AuthorizedApp, {
  id: { resolve: (grant: GrantRow) => grant.uid, description: 'Starts with `oag_`.' },
  loadWithoutCache: (id, ctx) => {
    requireScope(ctx, 'apps:manage')
    return ctx.db.oAuthGrant.findUnique({ where: { uid: String(id), userId: hostOf(ctx) } })
  },
})

const OAuthClientPayload = builder
  .objectRef<{ client: OAuthClientRow; secret?: string }>('OAuthClientPayload')
  .implement({
    description: 'An app that was registered or changed.',
    fields: t => ({
      client: t.field({
        type: OAuthClient,
        description: 'The app, without its secret.',
        resolve: payload => payload.client,
      }),
      secret: t.string({
        nullable: true,
        description:
          'The `client_secret`: answered once, when it is made or rotated. A public app has none.',
        resolve: payload => payload.secret,
      }),
    }),
  })

const uris =
  'absolute https URIs; http for 127.0.0.1, [::1] and localhost, whose port is free; schemes such as com.example.app:/. 1 to 20, without fragments'

const CreateOAuthClientInput = builder.inputType('CreateOAuthClientInput', {
  description: 'A new app.',
  fields: t => ({
    name: t.string({
      required: true,
      description: 'What people are asked to let in, at most 100 characters.',
    }),
    redirectUris: t.stringList({
      required: true,
      description: `Where answers may be sent: ${uris}.`,
    }),
    scopes: t.stringList({
      description:
        'Scopes that it may request, and requests by default. Default: all that a token can have.',
    }),
    isPublic: t.boolean({
      description:
        'True for an app that can keep no secret: it gets none, and has to use PKCE. It never changes.',
    }),
  }),
})

const UpdateOAuthClientInput = builder.inputType('UpdateOAuthClientInput', {
  description:
    'What to change of an app; fields that are left out stay. What users have allowed stays too.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the app.' }),
    name: t.string({ description: 'What people are asked to let in.' }),
    redirectUris: t.stringList({
      description: 'Where answers may be sent, instead of where they could be.',
    }),
    scopes: t.stringList({ description: 'Scopes that it may request from now on.' }),
  }),
})

builder.queryFields(t => ({
  oauthApp: t.prismaField({
    type: OAuthApp,
    nullable: true,
    description: 'An app, by its `client_id`, as people see it who are asked to let it in. Public.',
    args: { clientId: t.arg.id({ required: true, description: 'The `client_id`.' }) },
    resolve: (query, _root, { clientId }, ctx) =>
      ctx.db.oAuthClient.findUnique({ ...query, where: { uid: clientId } }),
  }),
  oauthClient: t.prismaField({
    type: OAuthClient,
    nullable: true,
    description: 'An app that the viewer registered; null when there is none with this id.',
    directives: manage,
    args: { id: t.arg.id({ required: true, description: 'Id of the app.' }) },
    resolve: (query, _root, { id: uid }, ctx) =>
      ctx.db.oAuthClient.findUnique({ ...query, where: { uid, ownerId: hostOf(ctx) } }),
  }),
  oauthClients: t.connection(
    {
      type: OAuthClient,
      description: 'Apps that the viewer registered, newest first.',
      directives: manage,
      complexity: connectionCost,
      resolve: (_root, args, ctx) => listClients(ctx, args),
    },
    {
      name: 'OAuthClientConnection',
      description: 'A page of apps.',
      fields: c => ({ totalCount: c.int(totalCount) }),
    },
    { name: 'OAuthClientEdge', description: 'An app in its place.' },
  ),
  authorizedApps: t.connection(
    {
      type: AuthorizedApp,
      description:
        'What the viewer has allowed to apps, their own or those of others, newest first.',
      directives: manage,
      complexity: connectionCost,
      resolve: (_root, args, ctx) => listGrants(ctx, args),
    },
    {
      name: 'AuthorizedAppConnection',
      description: 'A page of apps that may act for the viewer.',
      fields: c => ({ totalCount: c.int(totalCount) }),
    },
    { name: 'AuthorizedAppEdge', description: 'An authorization in its place.' },
  ),
}))

const DeleteOAuthClientInput = idInput('DeleteOAuthClientInput', 'The app to delete.')
const EndAuthorizationInput = idInput('EndAuthorizationInput', 'The authorization to end.')
const RotateOAuthClientSecretInput = idInput(
  'RotateOAuthClientSecretInput',
  'The app whose secret to replace.',
)

builder.mutationFields(t => ({
  createOAuthClient: t.field({
    type: OAuthClientPayload,
    description: 'Registers an app. `secret` is answered this once.',
    directives: manage,
    args: {
      input: t.arg({ type: CreateOAuthClientInput, required: true, description: 'The new app.' }),
    },
    resolve: (_root, { input }, ctx) => createClient(ctx, input),
  }),
  updateOAuthClient: t.field({
    type: OAuthClientPayload,
    description: 'Changes an app.',
    directives: manage,
    args: {
      input: t.arg({
        type: UpdateOAuthClientInput,
        required: true,
        description: 'What to change.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ client: await updateClient(ctx, input) }),
  }),
  rotateOAuthClientSecret: t.field({
    type: OAuthClientPayload,
    description:
      'Gives an app another secret, at once; its tokens stay. `secret` is answered this once.',
    directives: manage,
    args: {
      input: t.arg({
        type: RotateOAuthClientSecretInput,
        required: true,
        description: 'The app whose secret to replace.',
      }),
    },
    resolve: (_root, { input }, ctx) => rotateClientSecret(ctx, input.id),
  }),
  deleteOAuthClient: t.field({
    type: DeletePayload,
    description: 'Takes an app away for good, with every token that its users let it have.',
    directives: manage,
    args: {
      input: t.arg({
        type: DeleteOAuthClientInput,
        required: true,
        description: 'The app to delete.',
      }),
    },
    resolve: (_root, { input }, ctx) => deleteClient(ctx, input.id),
  }),
  endAuthorization: t.field({
    type: DeletePayload,
    description: 'Takes back all that the viewer allowed an app. Its tokens end at once.',
    directives: manage,
    args: {
      input: t.arg({
        type: EndAuthorizationInput,
        required: true,
        description: 'The authorization to end.',
      }),
    },
    resolve: (_root, { input }, ctx) => endAuthorization(ctx, input.id),
  }),
}))
