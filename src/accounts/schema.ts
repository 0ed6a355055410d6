import { hostOf, requireScope } from '../context.ts'
import type {
  ApiKey as ApiKeyRow,
  BookingPage as BookingPageRow,
  User as UserRow,
} from '../db/generated/client/client.ts'
import { builder } from '../graph/builder.ts'
import { idInput } from '../graph/id-input.ts'
import { connectionCost, totalCount } from '../graph/pagination.ts'
import { createApiKey, listApiKeys, replaceApiKey, revokeApiKey } from './api-keys.ts'
import { updateBookingPage, updateProfile } from './profile.ts'
import { logIn, logOut } from './sessions.ts'
import { Weekday, weekdays } from './weekday.ts'

const Plan = builder.enumType('Plan', {
  description: 'What an account pays for.',
  values: {
    FREE: {
      description: 'The basic plan; dialects whose contract asks for a paid plan refuse it.',
    },
    PRO: { description: 'Everything.' },
  } as const,
})

export const Host = builder.prismaObject('User', {
  variant: 'Host',
  description: 'A person whose time can be booked, as everyone may see them.',
  fields: t => ({
    userId: t.exposeID('uid', { description: 'Id of the `User`.' }),
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    name: t.exposeString('name', { description: 'Full name.' }),
    email: t.field({
      type: 'EmailAddress',
      nullable: true,
      description:
        "Email address. Null unless the viewer is the host, or in payloads of webhooks that receive the host's events.",
      resolve: ({ id, email }, _args, { viewer }) =>
        viewer?.userId === id || viewer?.credential.kind === 'hook' ? email : null,
    }),
    avatarUrl: t.expose('avatarUrl', { type: 'URL', nullable: true, description: 'Picture.' }),
    timeZone: t.expose('timeZone', {
      type: 'TimeZone',
      description: 'Zone that the host lives in.',
    }),
    locale: t.exposeString('locale', { description: 'Language tag, `en`.' }),
    timeFormat: t.exposeInt('timeFormat', {
      description: 'Hours of the clock in which the host wants times to be shown: 12 or 24.',
    }),
    weekStart: t.field({
      type: Weekday,
      description: "First day of the host's weeks.",
      resolve: host => weekdays[host.weekStart] ?? 0,
    }),
    bookingPage: t.relation('page', {
      nullable: true,
      description: 'Where the host can be booked.',
    }),
  }),
})

export const User = builder.prismaNode('User', {
  id: { field: 'uid', description: 'Starts with `usr_`.' },
  description: 'An account, as its owner sees it.',
  findUnique: (uid, ctx) => ({ uid, id: hostOf(ctx) }),
  nullable: true,
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    email: t.expose('email', { type: 'EmailAddress', description: 'Address to log in with.' }),
    name: t.exposeString('name', { description: 'Full name.' }),
    timeZone: t.expose('timeZone', {
      type: 'TimeZone',
      description: 'Zone that the owner lives in.',
    }),
    locale: t.exposeString('locale', { description: 'Language tag, `en`.' }),
    avatarUrl: t.expose('avatarUrl', { type: 'URL', nullable: true, description: 'Picture.' }),
    timeFormat: t.exposeInt('timeFormat', { description: 'Hours that its clocks show: 12 or 24.' }),
    weekStart: t.field({
      type: Weekday,
      description: 'With which day its weeks begin.',
      resolve: user => weekdays[user.weekStart] ?? 0,
    }),
    defaultScheduleDatabaseId: t.exposeInt('defaultScheduleId', {
      nullable: true,
      description: 'Integer id of the default schedule, for dialects that document one.',
    }),
    isManaged: t.boolean({
      description: 'Whether a platform client manages the account.',
      resolve: user => user.platformClientId !== null,
    }),
    plan: t.expose('plan', { type: Plan, description: 'What the account pays for.' }),
    bookingPage: t.relation('page', { nullable: true, description: 'The public page.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the account was made.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the profile last changed.',
    }),
  }),
})

const BookingPage = builder.prismaObject('BookingPage', {
  description: 'The public page of a host or of a team.',
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    slug: t.exposeString('slug', { description: 'First segment of its links; unique.' }),
    url: t.field({
      type: 'URL',
      description: 'Address of the page.',
      resolve: (page, _args, ctx) => `${ctx.publicUrl}/${page.slug}`,
    }),
    displayName: t.exposeString('displayName', { description: 'Title of the page.' }),
    bio: t.exposeString('bio', {
      nullable: true,
      description: 'Some words about whose page it is.',
    }),
    brandColor: t.exposeString('brandColor', { description: '`#rrggbb`.' }),
    welcomeMessage: t.exposeString('welcomeMessage', {
      nullable: true,
      description: 'Greeting above the event types.',
    }),
    host: t.relation('host', {
      type: Host,
      nullable: true,
      description: 'Whose page it is; null for a team.',
    }),
  }),
})

const ApiKey = builder.prismaObject('ApiKey', {
  description: 'A key for programs.',
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    label: t.exposeString('label', { description: 'What the key is for.' }),
    hint: t.exposeString('hint', { description: 'The last four characters of the key.' }),
    scopes: t.exposeStringList('scopes', { description: 'What the key may do.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ends by itself; null: never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Last use, to the minute.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null: it was not.',
    }),
  }),
})

builder.nodeRef(ApiKey, {
  id: { resolve: (key: ApiKeyRow) => key.uid, description: 'Starts with `key_`.' },
  loadWithoutCache: (id, ctx) => {
    requireScope(ctx, 'keys:manage')
    return ctx.db.apiKey.findUnique({ where: { uid: String(id), userId: hostOf(ctx) } })
  },
})

builder.nodeRef(BookingPage, {
  id: { resolve: (page: BookingPageRow) => page.uid, description: 'Starts with `bp_`.' },
  loadWithoutCache: (id, ctx) => ctx.db.bookingPage.findUnique({ where: { uid: String(id) } }),
})

export const SessionPayload = builder.objectRef<{ user: UserRow }>('SessionPayload').implement({
  description: "The account of the session that was opened; its token is in the answer's cookie.",
  fields: t => ({
    user: t.field({ type: User, description: 'The account.', resolve: payload => payload.user }),
  }),
})

const UserPayload = builder.objectRef<{ user: UserRow }>('UserPayload').implement({
  description: 'The account after the change.',
  fields: t => ({
    user: t.field({ type: User, description: 'The account.', resolve: payload => payload.user }),
  }),
})

const LogOutPayload = builder.objectRef<{ ok: true }>('LogOutPayload').implement({
  description: 'The session has ended.',
  fields: t => ({ ok: t.boolean({ description: 'Always true.', resolve: payload => payload.ok }) }),
})

const BookingPagePayload = builder
  .objectRef<{ bookingPage: BookingPageRow }>('BookingPagePayload')
  .implement({
    description: 'The booking page after the change.',
    fields: t => ({
      bookingPage: t.field({
        type: BookingPage,
        description: 'The page.',
        resolve: payload => payload.bookingPage,
      }),
    }),
  })

const ApiKeyPayload = builder
  .objectRef<{ apiKey: ApiKeyRow; secret?: string }>('ApiKeyPayload')
  .implement({
    description: 'An API key that was made or revoked.',
    fields: t => ({
      apiKey: t.field({
        type: ApiKey,
        description: 'The key, without its secret.',
        resolve: payload => payload.apiKey,
      }),
      secret: t.string({
        nullable: true,
        description: 'The key itself: answered once, when it is made.',
        resolve: payload => payload.secret,
      }),
    }),
  })

const LogInInput = builder.inputType('LogInInput', {
  description: 'An e-mail and its password.',
  fields: t => ({
    email: t.field({
      type: 'EmailAddress',
      required: true,
      description: 'Address of the account.',
    }),
    password: t.string({ required: true, description: 'Its password.' }),
  }),
})

const UpdateProfileInput = builder.inputType('UpdateProfileInput', {
  description: 'What to change of the account; fields that are left out stay.',
  fields: t => ({
    name: t.string({ description: 'Full name.' }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Zone that the owner lives in. Schedules keep theirs.',
    }),
    locale: t.string({ description: 'Language tag, `en`.' }),
    avatarUrl: t.field({ type: 'URL', description: 'URL of a picture. Null removes it.' }),
    timeFormat: t.int({ description: 'Hours that its clocks show: 12 or 24.' }),
    weekStart: t.field({ type: Weekday, description: 'With which day its weeks begin.' }),
  }),
})

const UpdateBookingPageInput = builder.inputType('UpdateBookingPageInput', {
  description: 'What to change of the booking page; fields that are left out stay.',
  fields: t => ({
    slug: t.string({
      description: 'First segment of its links: lower-case letters, digits, single hyphens.',
    }),
    displayName: t.string({ description: 'Title of the page.' }),
    bio: t.string({ description: 'About the host. Null removes it.' }),
    brandColor: t.string({ description: '`#rrggbb`.' }),
    welcomeMessage: t.string({
      description: 'Greeting above the event types. Null removes it.',
    }),
  }),
})

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'A new API key.',
  fields: t => ({
    label: t.string({ required: true, description: 'What the key is for.' }),
    scopes: t.stringList({
      description:
        'What the key may do, at most what the credential of this request may. By default all of that except `keys:manage` and `apps:manage`. A key cannot have `apps:manage`.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'When it expires: never by default. A key that another key creates expires with that one at the latest.',
    }),
  }),
})

const ReplaceApiKeyInput = builder.inputType('ReplaceApiKeyInput', {
  description: 'The API key in place of the one that the request came with.',
  fields: t => ({
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'When it expires: by default, and at the latest, when the replaced key would have expired.',
    }),
  }),
})

builder.queryFields(t => ({
  viewer: t.prismaField({
    type: User,
    nullable: true,
    description:
      'The account that the request acts for, whatever the scopes of its credential; null for a visitor.',
    resolve: (query, _root, _args, ctx) =>
      ctx.viewer && ctx.db.user.findUnique({ ...query, where: { id: ctx.viewer.userId } }),
  }),
  bookingPage: t.prismaField({
    type: BookingPage,
    nullable: true,
    description: 'The public page with this slug. Public.',
    args: {
      slug: t.arg.string({ required: true, description: "First segment of the page's links." }),
    },
    resolve: (query, _root, { slug }, ctx) =>
      ctx.db.bookingPage.findUnique({ ...query, where: { slug } }),
  }),
  apiKeys: t.connection(
    {
      type: ApiKey,
      description: 'API keys of the viewer, newest first, revoked ones among them.',
      directives: { requiresScope: { scope: 'keys:manage' } },
      complexity: connectionCost,
      resolve: (_root, args, ctx) => listApiKeys(ctx, args),
    },
    {
      name: 'ApiKeyConnection',
      description: 'A page of API keys.',
      fields: c => ({
        totalCount: c.int(totalCount),
      }),
    },
    { name: 'ApiKeyEdge', description: 'An API key in its place.' },
  ),
}))

const RevokeApiKeyInput = idInput('RevokeApiKeyInput', 'The API key to revoke.')

builder.mutationFields(t => ({
  logIn: t.field({
    type: SessionPayload,
    description: 'Opens a session and sets its cookie. Public.',
    args: {
      input: t.arg({ type: LogInInput, required: true, description: 'E-mail and password.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ user: await logIn(ctx, input) }),
  }),
  logOut: t.field({
    type: LogOutPayload,
    description: 'Ends the session that the request came with, on the server too.',
    resolve: async (_root, _args, ctx) => {
      await logOut(ctx)
      return { ok: true as const }
    },
  }),
  updateProfile: t.field({
    type: UserPayload,
    description: 'Changes the account of the viewer.',
    directives: { requiresScope: { scope: 'profile:write' } },
    args: {
      input: t.arg({ type: UpdateProfileInput, required: true, description: 'What to change.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ user: await updateProfile(ctx, input) }),
  }),
  updateBookingPage: t.field({
    type: BookingPagePayload,
    description: 'Changes the booking page of the viewer.',
    directives: { requiresScope: { scope: 'profile:write' } },
    args: {
      input: t.arg({
        type: UpdateBookingPageInput,
        required: true,
        description: 'What to change.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({
      bookingPage: await updateBookingPage(ctx, input),
    }),
  }),
  createApiKey: t.field({
    type: ApiKeyPayload,
    description: 'Makes an API key. `secret` is answered this once.',
    directives: { requiresScope: { scope: 'keys:manage' } },
    args: {
      input: t.arg({ type: CreateApiKeyInput, required: true, description: 'The new key.' }),
    },
    resolve: (_root, { input }, ctx) => createApiKey(ctx, input),
  }),
  replaceApiKey: t.field({
    type: ApiKeyPayload,
    description:
      'Creates an API key in place of the one that the request came with, with its label and scopes. The replaced key ends at once. What was created with it depends on the new key from then on, and expires with it at the latest. `secret` is returned only here.',
    directives: { requiresScope: { scope: 'keys:manage' } },
    args: {
      input: t.arg({ type: ReplaceApiKeyInput, required: true, description: 'The new key.' }),
    },
    resolve: (_root, { input }, ctx) => replaceApiKey(ctx, input),
  }),
  revokeApiKey: t.field({
    type: ApiKeyPayload,
    description:
      'Revokes an API key. What was created with it ends too: API keys and platform clients are revoked, hooks are switched off.',
    directives: { requiresScope: { scope: 'keys:manage' } },
    args: {
      input: t.arg({
        type: RevokeApiKeyInput,
        required: true,
        description: 'The API key to revoke.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ apiKey: await revokeApiKey(ctx, input.id) }),
  }),
}))
