import type { PlatformClient as ClientRow, User as UserRow } from '../db/generated/client/client.ts'
import { builder } from '../graph/builder.ts'
import { DeletePayload } from '../graph/delete-payload.ts'
import { connectionCost, totalCount } from '../graph/pagination.ts'
import {
  createManagedAccount,
  deleteManagedAccount,
  listManagedAccounts,
  updateManagedAccount,
} from './accounts.ts'
import {
  createPlatformClient,
  deletePlatformClient,
  listPlatformClients,
  updatePlatformClient,
} from './clients.ts'
import { managedAccount, ownClient } from './find.ts'
import {
  CreateManagedAccountInput,
  CreatePlatformClientInput,
  DeleteManagedAccountInput,
  DeletePlatformClientInput,
  RefreshManagedTokensInput,
  RenewManagedTokensInput,
  UpdateManagedAccountInput,
  UpdatePlatformClientInput,
} from './inputs.ts'
import { type ManagedTokens, refreshManagedTokens, renewManagedTokens } from './tokens.ts'
import { ManagedAccount, ManagedTokensType, PlatformApp, PlatformClient } from './types.ts'

const manage = { requiresScope: { scope: 'platform:manage' } } as const

const PlatformClientPayload = builder
  .objectRef<{ client: ClientRow }>('PlatformClientPayload')
  .implement({
    description: 'A platform client that was made, changed or deleted.',
    fields: t => ({
      client: t.field({
        type: PlatformClient,
        description: 'The client.',
        resolve: payload => payload.client,
      }),
    }),
  })

const ManagedAccountPayload = builder
  .objectRef<{ user: UserRow; tokens?: ManagedTokens }>('ManagedAccountPayload')
  .implement({
    description: 'An account of a platform client that was made or changed.',
    fields: t => ({
      account: t.field({
        type: ManagedAccount,
        description: 'The account.',
        resolve: payload => payload.user,
      }),
      tokens: t.field({
        type: ManagedTokensType,
        nullable: true,
        description: 'Its first two tokens, where it was just made.',
        resolve: payload => payload.tokens,
      }),
    }),
  })

const ManagedTokensPayload = builder
  .objectRef<{ tokens: ManagedTokens }>('ManagedTokensPayload')
  .implement({
    description: 'Tokens that were made.',
    fields: t => ({
      tokens: t.field({
        type: ManagedTokensType,
        description: 'The two tokens.',
        resolve: payload => payload.tokens,
      }),
    }),
  })

const offset = { description: 'Rows to pass over, in place of a cursor; at most 100000.' }

builder.queryFields(t => ({
  platformClients: t.connection(
    {
      type: PlatformClient,
      description: 'Platform clients of the viewer, oldest first.',
      directives: manage,
      complexity: connectionCost,
      args: { offset: t.arg.int(offset) },
      resolve: (_root, args, ctx) => listPlatformClients(ctx, args),
    },
    {
      name: 'PlatformClientConnection',
      description: 'A page of platform clients.',
      fields: c => ({
        totalCount: c.int(totalCount),
      }),
    },
    { name: 'PlatformClientEdge', description: 'A platform client in its place.' },
  ),
  platformClient: t.field({
    type: PlatformClient,
    description: 'A platform client of the viewer.',
    directives: manage,
    args: { clientId: t.arg.id({ required: true, description: 'The `client_id` of the client.' }) },
    resolve: (_root, { clientId }, ctx) => ownClient(ctx, clientId),
  }),
  platformApp: t.prismaField({
    type: PlatformApp,
    nullable: true,
    description: 'A platform client, as everyone may see it. Public.',
    args: { clientId: t.arg.id({ required: true, description: 'The `client_id` of the client.' }) },
    resolve: (query, _root, { clientId }, ctx) =>
      ctx.db.platformClient.findUnique({ ...query, where: { uid: clientId } }),
  }),
  managedAccounts: t.connection(
    {
      type: ManagedAccount,
      description: 'Accounts that a platform client of the viewer made, oldest first.',
      directives: manage,
      complexity: connectionCost,
      args: {
        clientId: t.arg.id({
          required: true,
          description: 'The `client_id` of the platform client.',
        }),
        emails: t.arg.stringList({
          description: 'Only those with these addresses, with or without the client in it.',
        }),
        offset: t.arg.int(offset),
      },
      resolve: (_root, args, ctx) => listManagedAccounts(ctx, args),
    },
    {
      name: 'ManagedAccountConnection',
      description: 'A page of accounts of a platform client.',
      fields: c => ({
        totalCount: c.int(totalCount),
      }),
    },
    { name: 'ManagedAccountEdge', description: 'An account in its place.' },
  ),
  managedAccount: t.field({
    type: ManagedAccount,
    description: 'An account that a platform client of the viewer made.',
    directives: manage,
    args: {
      clientId: t.arg.id({
        required: true,
        description: 'The `client_id` of the platform client.',
      }),
      userId: t.arg.id({ required: true, description: 'Id of the account.' }),
    },
    resolve: async (_root, { clientId, userId }, ctx) =>
      managedAccount(ctx, await ownClient(ctx, clientId), userId),
  }),
}))

builder.mutationFields(t => ({
  createPlatformClient: t.field({
    type: PlatformClientPayload,
    description: 'Makes a platform client of the viewer.',
    directives: manage,
    args: {
      input: t.arg({
        type: CreatePlatformClientInput,
        required: true,
        description: 'The new client.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ client: await createPlatformClient(ctx, input) }),
  }),
  updatePlatformClient: t.field({
    type: PlatformClientPayload,
    description: 'Changes a platform client of the viewer.',
    directives: manage,
    args: {
      input: t.arg({
        type: UpdatePlatformClientInput,
        required: true,
        description: 'What to change.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ client: await updatePlatformClient(ctx, input) }),
  }),
  deletePlatformClient: t.field({
    type: PlatformClientPayload,
    description:
      'Takes a platform client away, with every token of its accounts. The accounts stay.',
    directives: manage,
    args: {
      input: t.arg({
        type: DeletePlatformClientInput,
        required: true,
        description: 'The client to delete.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({
      client: await deletePlatformClient(ctx, input.clientId),
    }),
  }),
  createManagedAccount: t.field({
    type: ManagedAccountPayload,
    description: 'Makes an account of a platform client of the viewer, with two tokens.',
    directives: manage,
    args: {
      input: t.arg({
        type: CreateManagedAccountInput,
        required: true,
        description: 'The new account.',
      }),
    },
    resolve: (_root, { input }, ctx) => createManagedAccount(ctx, input),
  }),
  updateManagedAccount: t.field({
    type: ManagedAccountPayload,
    description: 'Changes an account of a platform client of the viewer.',
    directives: manage,
    args: {
      input: t.arg({
        type: UpdateManagedAccountInput,
        required: true,
        description: 'What to change.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ user: await updateManagedAccount(ctx, input) }),
  }),
  deleteManagedAccount: t.field({
    type: DeletePayload,
    description: 'Takes an account of a platform client away, with all that is in it.',
    directives: manage,
    args: {
      input: t.arg({
        type: DeleteManagedAccountInput,
        required: true,
        description: 'The account.',
      }),
    },
    resolve: (_root, { input }, ctx) => deleteManagedAccount(ctx, input),
  }),
  renewManagedTokens: t.field({
    type: ManagedTokensPayload,
    description: 'Ends every token of an account of a platform client, and makes two others.',
    directives: manage,
    args: {
      input: t.arg({ type: RenewManagedTokensInput, required: true, description: 'Whose tokens.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ tokens: await renewManagedTokens(ctx, input) }),
  }),
  refreshManagedTokens: t.field({
    type: ManagedTokensPayload,
    description:
      'Exchanges a refresh token for a new pair of tokens. Requires the secret of the platform client.',
    args: {
      input: t.arg({
        type: RefreshManagedTokensInput,
        required: true,
        description: 'The refresh token.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ tokens: await refreshManagedTokens(ctx, input) }),
  }),
}))
