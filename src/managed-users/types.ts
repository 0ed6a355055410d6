import { namesIn, permissions } from '../accounts/permissions.ts'
import { Weekday, weekdays } from '../accounts/weekday.ts'
import { requireScope } from '../context.ts'
import { builder } from '../graph/builder.ts'
import { managedAccountId, platformClientId } from '../graph/object-ids.ts'
import { mapValues } from '../map-values.ts'
import { nullIfNotFound } from '../teams/null-if-not-found.ts'
import { ownClient } from './find.ts'
import type { ManagedTokens } from './tokens.ts'

export const PlatformPermission = builder.enumType('PlatformPermission', {
  description: 'What a platform client may do for its accounts.',
  values: mapValues(permissions, ({ description }, name) => ({ value: name, description })),
})

export const PlatformClient = builder.prismaObject('PlatformClient', {
  description: 'A program that makes accounts and acts for them, as its owner sees it.',
  fields: t => ({
    clientId: t.exposeID('uid', {
      description:
        'The `client_id` of OAuth: lower-case letters and digits; it stands in the e-mails of its accounts.',
    }),
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    ownerDatabaseId: t.exposeInt('ownerId', {
      description: 'Integer id of the account whose client it is.',
    }),
    name: t.exposeString('name', { description: 'What its owner calls it.' }),
    secret: t.string({
      description: 'With which it shows who it is.',
      resolve: (client, _args, ctx) => ctx.secrets.decrypt(client.encryptedSecret),
    }),
    permissions: t.field({
      type: [PlatformPermission],
      description: 'What it may do for its accounts; they stay as they were made.',
      resolve: client => namesIn(client.permissions),
    }),
    logoUrl: t.expose('logoUrl', { type: 'URL', nullable: true, description: 'Picture.' }),
    redirectUris: t.exposeStringList('redirectUris', {
      description:
        'Pages of these sites may use tokens of its accounts; `*` stands for a part of a host.',
    }),
    bookingRedirectUri: t.expose('bookingRedirectUri', {
      type: 'URL',
      nullable: true,
      description: 'Where invitees go who have booked; kept for the client.',
    }),
    bookingCancelRedirectUri: t.expose('bookingCancelRedirectUri', {
      type: 'URL',
      nullable: true,
      description: 'Where they go to cancel; kept for the client.',
    }),
    bookingRescheduleRedirectUri: t.expose('bookingRescheduleRedirectUri', {
      type: 'URL',
      nullable: true,
      description: 'Where they go to move a booking; kept for the client.',
    }),
    areEmailsEnabled: t.exposeBoolean('areEmailsEnabled', {
      description: 'Whether it wants e-mails to be sent; kept for the client, since none are.',
    }),
    areDefaultEventTypesEnabled: t.exposeBoolean('areDefaultEventTypesEnabled', {
      description: 'Whether its accounts are made with four event types.',
    }),
    areCalendarEventsEnabled: t.exposeBoolean('areCalendarEventsEnabled', {
      description:
        'Whether it wants events in connected calendars; kept for the client, since none are written.',
    }),
    ownerScopes: t.exposeStringList('ownerScopes', {
      description:
        "Scopes of the credential that created it. On its owner's own account it may do what these and its permissions both allow.",
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it expires with the credential that created it. Null if it does not expire.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the credential that created it ended: its secret and the tokens of its accounts do not work since then. Null before.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
})

export const PlatformApp = builder.prismaObject('PlatformClient', {
  variant: 'PlatformApp',
  description: 'A platform client, as everyone may see it.',
  fields: t => ({
    clientId: t.exposeID('uid', { description: 'The `client_id` of OAuth.' }),
    name: t.exposeString('name', { description: 'What its owner calls it.' }),
    ownerDatabaseId: t.exposeInt('ownerId', {
      description: 'Integer id of the account whose client it is.',
    }),
  }),
})

export const ManagedAccount = builder.prismaObject('User', {
  variant: 'ManagedAccount',
  description: 'An account that a platform client made, as the client sees it.',
  fields: t => ({
    userId: t.exposeID('uid', { description: 'Id of the `User`.' }),
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    email: t.expose('email', {
      type: 'EmailAddress',
      description: "The person's address with the client in it: `ada+c1…@example.com`.",
    }),
    name: t.exposeString('name', { description: 'Full name.' }),
    bookingPage: t.relation('page', { nullable: true, description: 'The public page.' }),
    timeZone: t.expose('timeZone', {
      type: 'TimeZone',
      description: 'Zone that the person lives in.',
    }),
    timeFormat: t.exposeInt('timeFormat', { description: 'Hours that its clocks show: 12 or 24.' }),
    weekStart: t.field({
      type: Weekday,
      description: 'With which day its weeks begin.',
      resolve: user => weekdays[user.weekStart] ?? 0,
    }),
    defaultScheduleDatabaseId: t.exposeInt('defaultScheduleId', {
      nullable: true,
      description: 'Integer id of the default schedule; null: there is none yet.',
    }),
    locale: t.exposeString('locale', { description: 'Language tag, `en`.' }),
    avatarUrl: t.expose('avatarUrl', { type: 'URL', nullable: true, description: 'Picture.' }),
    metadata: t.expose('metadata', { type: 'JSON', description: "An object of the client's own." }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
})

builder.nodeRef(PlatformClient, {
  id: { resolve: platformClientId.of, description: 'Starts with `pc_`.' },
  loadWithoutCache: (id, ctx) => {
    requireScope(ctx, 'platform:manage')
    return nullIfNotFound(ownClient(ctx, platformClientId.clientId(String(id))))
  },
})

builder.nodeRef(ManagedAccount, {
  id: { resolve: managedAccountId.of, description: 'Starts with `mac_`.' },
  loadWithoutCache: async (id, ctx) => {
    requireScope(ctx, 'platform:manage')
    const uid = managedAccountId.userUid(String(id))
    const client = await ctx.db.platformClient.findFirst({ where: { accounts: { some: { uid } } } })
    const own = client && (await nullIfNotFound(ownClient(ctx, client.uid)))
    return own && ctx.db.user.findUnique({ where: { uid } })
  },
})

export const ManagedTokensType = builder.objectRef<ManagedTokens>('ManagedTokens').implement({
  description: 'Two tokens of an account that a platform client made: answered this once.',
  fields: t => ({
    accessToken: t.exposeString('accessToken', {
      description: 'Acts for the account, for an hour.',
    }),
    refreshToken: t.exposeString('refreshToken', {
      description: 'Good for two other tokens, once, for a year.',
    }),
    accessTokenExpiresAt: t.expose('accessTokenExpiresAt', {
      type: 'DateTime',
      description: 'When the access token ends.',
    }),
    refreshTokenExpiresAt: t.expose('refreshTokenExpiresAt', {
      type: 'DateTime',
      description: 'When the refresh token ends.',
    }),
  }),
})
