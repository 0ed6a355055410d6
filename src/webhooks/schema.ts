import { type Context, requireScope, viewerOf } from '../context.ts'
import type { Hook as HookRow } from '../db/generated/client/client.ts'
import { EventKind } from '../event-log/schema.ts'
import { builder } from '../graph/builder.ts'
import { DeletePayload } from '../graph/delete-payload.ts'
import { idInput } from '../graph/id-input.ts'
import { connectionCost, offset, totalCount } from '../graph/pagination.ts'
import { byId } from '../ids.ts'
import { createHook, deleteHook, deleteHooks, rotateHookSecret, updateHook } from './commands.ts'
import { knownKinds } from './input.ts'
import { listHooks } from './list.ts'
import { managedBy } from './ownership.ts'

const manage = { requiresScope: { scope: 'webhooks:manage' } } as const

const HookDialect = builder.enumType('HookDialect', {
  description:
    "Whose payload and signature a hook's deliveries have: that of the API it was made through.",
  values: {
    STANDARD: { description: 'Made through GraphQL: signed as Standard Webhooks say.' },
    CALENDARPA: { description: 'Made through the CalendarPA routes.' },
    CALENDO: { description: 'Made through the Calendo routes.' },
    CALCOM: { description: 'Made through the Cal.com routes.' },
    CALENDLY: { description: 'Made through the Calendly routes.' },
  } as const,
})

const HookDisabledReason = builder.enumType('HookDisabledReason', {
  description: 'Why Meridian switched a hook off by itself.',
  values: {
    GONE: { description: 'The receiver answered 410 Gone.' },
    FAILING: { description: 'Every delivery of five days failed.' },
    REVOKED: {
      description:
        'The credential that created it has ended, or may not read what the webhook sends. Enabling it again binds it to the credential that does so.',
    },
  } as const,
})

const HookOrder = builder.enumType('HookOrder', {
  description: 'How a list of hooks runs.',
  values: {
    CREATED: { description: 'Oldest first.' },
    CREATED_DESC: { description: 'Newest first.' },
  } as const,
})

export const Hook = builder.prismaNode('Hook', {
  id: { field: 'uid', description: 'Starts with `hk_`.' },
  description:
    'A subscription of a receiver to events of the viewer, or of bookings of a team or an event type.',
  findUnique: (id, ctx) => {
    requireScope(ctx, 'webhooks:manage')
    return { uid: String(id), ...managedBy(viewerOf(ctx)) }
  },
  nullable: true,
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    url: t.expose('url', { type: 'URL', description: 'Where the events go.' }),
    label: t.exposeString('label', { nullable: true, description: 'What the hook is for.' }),
    events: t.field({
      type: [EventKind],
      description: 'The kinds of events that it receives. Never empty.',
      resolve: hook => knownKinds(hook.events),
    }),
    messages: t.exposeStringList('messages', {
      description: 'By which messages of its dialect, where that divides events; else empty.',
    }),
    metadata: t.expose('metadata', {
      type: 'JSON',
      description: 'Values of the client that made it.',
    }),
    payloadTemplate: t.exposeString('payloadTemplate', {
      nullable: true,
      description: 'The template that its bodies are made by, instead of those of its dialect.',
    }),
    secret: t.string({
      nullable: true,
      description:
        'The secret that signs deliveries, for dialects that return it again (CALCOM). Null otherwise, and if there is none.',
      resolve: (hook, _args, ctx) => shownSecret(ctx, hook),
    }),
    ownerId: t.id({
      description: 'Id of the account whose hook it is.',
      select: { host: { select: { uid: true } } },
      resolve: hook => hook.host.uid,
    }),
    ownerDatabaseId: t.exposeInt('hostId', {
      description: 'Its integer id, for dialects that document one.',
    }),
    team: t.relation('team', {
      nullable: true,
      description:
        'The team whose bookings it receives, with any host. Null if it belongs to no team.',
    }),
    eventType: t.relation('eventType', {
      nullable: true,
      description:
        'The event type whose bookings it receives. Null if it is not limited to an event type.',
    }),
    platformClientId: t.id({
      nullable: true,
      description:
        "Id of the platform client whose accounts' events it receives. Null if it belongs to no platform client.",
      select: { client: { select: { uid: true } } },
      resolve: ({ client }) => client?.uid ?? null,
    }),
    withOwn: t.exposeBoolean('withOwn', {
      description:
        'For a webhook of a team: whether it also receives the other events of its owner.',
    }),
    withMembers: t.exposeBoolean('withMembers', {
      description:
        'For a webhook of a team: whether it also receives events of event types and bookings that belong to the members whose organization is the team.',
    }),
    dialect: t.expose('dialect', {
      type: HookDialect,
      description: 'The form of its deliveries; it never changes.',
    }),
    isActive: t.exposeBoolean('isActive', { description: 'Whether it is switched on.' }),
    disabledReason: t.expose('disabledReason', {
      type: HookDisabledReason,
      nullable: true,
      description: 'Why Meridian switched it off; null when its host did, or when it is on.',
    }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the first of the failures came that no success has followed; null while it works.',
    }),
    pausedUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Until when nothing is sent, because the receiver asked for a break with Retry-After.',
      resolve: ({ pausedUntil }, _args, ctx) => future(pausedUntil, ctx),
    }),
    outOfOrderCount: t.int({
      description:
        'Number of deliveries of the last 30 days that were sent before an earlier event of the same booking. Events of a booking are sent in order: later ones wait while an earlier one is retried, until the retries in the first hour of the schedule have failed (for the standard dialect four attempts in 35 minutes), or the receiver asked for more than an hour with Retry-After. Receivers can sort by the sequence number.',
      complexity: 5,
      resolve: ({ id }, _args, ctx) =>
        ctx.db.delivery.count({ where: { hookId: id, isOutOfOrder: true } }),
    }),
    previousSecretUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when deliveries are signed with the secret before the last rotation too.',
      resolve: ({ previousSecretUntil }, _args, ctx) => future(previousSecretUntil, ctx),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When it, or its secret, last changed.',
    }),
  }),
})

function shownSecret(
  { formats, secrets }: Context,
  { dialect, encryptedSecret }: HookRow,
): string | null {
  if (formats.get(dialect)?.showsSecrets !== true) return null
  return secrets.decrypt(encryptedSecret) || null
}

const future = (instant: Date | null, { clock }: Context): Date | null =>
  instant !== null && instant > clock.now() ? instant : null

const HookPayload = builder.objectRef<{ hook: HookRow; secret?: string }>('HookPayload').implement({
  description: 'A hook that was made or changed.',
  fields: t => ({
    hook: t.field({
      type: Hook,
      description: 'The hook, without its secret.',
      resolve: payload => payload.hook,
    }),
    secret: t.string({
      nullable: true,
      description:
        'The secret that deliveries are signed with: answered once, when it is made or rotated.',
      resolve: payload => payload.secret,
    }),
  }),
})

const TEMPLATE =
  'A Handlebars template of the body, at most 10,000 characters, with the blocks each, if, unless and with. Only for CALCOM.'

const CreateHookInput = builder.inputType('CreateHookInput', {
  description: 'A new hook.',
  fields: t => ({
    url: t.field({
      type: 'URL',
      required: true,
      description:
        'Where the events go: absolute, without credentials or a fragment, at most 2048 characters. For CALENDO https.',
    }),
    events: t.field({
      type: [EventKind],
      required: true,
      description:
        'Kinds of events to receive: at least one, each once. Requires the scope to read each of them: bookings:read, contacts:read, event_types:read or routing_forms:read.',
    }),
    messages: t.stringList({
      description: 'Messages to receive, for dialects that split events. Default: all.',
    }),
    metadata: t.field({
      type: 'JSON',
      description: 'Values of the client to keep with the hook: an object.',
    }),
    hasOwnUrl: t.boolean({
      description: 'True rejects a URL that another webhook of the dialect has. Default false.',
    }),
    isActive: t.boolean({ description: 'Whether it is enabled. Default true.' }),
    label: t.string({ description: 'Purpose of the webhook, at most 100 characters.' }),
    teamId: t.id({
      description:
        'Id of a team that the viewer is an admin of. The webhook receives all bookings of the team, each once. It is deleted when the viewer is no longer an admin.',
    }),
    eventTypeId: t.id({
      description:
        'Id of an event type of the viewer, or of a team that they are an admin of. The webhook receives only its bookings.',
    }),
    platformClientId: t.id({
      description:
        'Id of a platform client of the viewer. The webhook receives all events of the accounts that the client created.',
    }),
    withOwn: t.boolean({
      description:
        'With `teamId`: whether it also receives all other events of the viewer, each once. Default false.',
    }),
    withMembers: t.boolean({
      description:
        'True with a `teamId`: also of the own event types of members whose organization the team is, and of their bookings. The organization of an account is the team that it has been in for the longest. An account without a team can leave out `teamId`: the hook then becomes one of the first team that it creates, with `withOwn`. Default false.',
    }),
    dialect: t.field({
      type: HookDialect,
      description: 'Format of its deliveries. Default STANDARD.',
    }),
    secret: t.string({
      description:
        'A secret of your own, instead of a new one. For STANDARD `whsec_` and the base64 of 24 to 64 bytes; for others 8 to 200 characters. An empty one, which only CALCOM takes, signs nothing.',
    }),
    payloadTemplate: t.string({ description: TEMPLATE }),
  }),
})

const UpdateHookInput = builder.inputType('UpdateHookInput', {
  description: 'What to change of a hook; fields that are left out stay.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the hook.' }),
    url: t.field({ type: 'URL', description: 'Where the events go from now on.' }),
    events: t.field({
      type: [EventKind],
      description: 'Kinds of events to receive. Replaces all.',
    }),
    messages: t.stringList({
      description: 'By which messages of the dialect from now on: at least one.',
    }),
    hasOwnUrl: t.boolean({
      description: 'True rejects a URL that another webhook of the dialect has. Default false.',
    }),
    label: t.string({ description: 'Purpose of the webhook. Null removes it.' }),
    isActive: t.boolean({
      description:
        'False switches it off, and gives up what waits for it; true switches it on again.',
    }),
    secret: t.string({
      description: 'Another secret of your own; for a day the old one is valid too.',
    }),
    payloadTemplate: t.string({ description: `${TEMPLATE} Null removes it.` }),
  }),
})

const DeleteHooksInput = builder.inputType('DeleteHooksInput', {
  description: 'The webhooks to delete.',
  fields: t => ({
    eventTypeId: t.id({ description: 'Those of this event type; or of a platform client.' }),
    platformClientId: t.id({ description: 'Those of this platform client.' }),
    dialect: t.field({ type: HookDialect, description: 'Only those of this form.' }),
  }),
})

const DeleteHooksPayload = builder.objectRef<{ count: number }>('DeleteHooksPayload').implement({
  description: 'Result of `deleteHooks`.',
  fields: t => ({ count: t.exposeInt('count', { description: 'How many.' }) }),
})

builder.queryFields(t => ({
  hook: t.prismaField({
    type: Hook,
    nullable: true,
    description:
      'A hook of the viewer, or of a team whose admin they are; null when there is none with this id.',
    directives: manage,
    args: { id: t.arg.id({ required: true, description: 'Id of the hook.' }) },
    resolve: (query, _root, { id }, ctx) =>
      ctx.db.hook.findFirst({ ...query, where: { ...byId(id), ...managedBy(viewerOf(ctx)) } }),
  }),
  hooks: t.connection(
    {
      type: Hook,
      description:
        'Hooks that the viewer made, or all that they manage of a team or an event type; those that are switched off among them.',
      directives: manage,
      complexity: connectionCost,
      args: {
        offset: t.arg(offset),
        dialect: t.arg({ type: HookDialect, description: 'Only hooks of this form.' }),
        teamId: t.arg.id({ description: 'Hooks of this team, for its admins.' }),
        eventTypeId: t.arg.id({
          description: 'Hooks of this event type, for its host or the admins of its team.',
        }),
        platformClientId: t.arg.id({ description: 'Hooks of this platform client.' }),
        orderBy: t.arg({ type: HookOrder, description: 'Default CREATED_DESC.' }),
        metadata: t.arg({
          type: 'JSON',
          description: 'Only hooks whose metadata has these values: an object.',
        }),
      },
      resolve: (_root, args, ctx) => listHooks(ctx, args),
    },
    {
      name: 'HookConnection',
      description: 'A page of hooks.',
      fields: c => ({
        totalCount: c.int(totalCount),
      }),
    },
    { name: 'HookEdge', description: 'A hook in its place.' },
  ),
}))

const DeleteHookInput = idInput('DeleteHookInput', 'The hook to delete.')
const RotateHookSecretInput = idInput('RotateHookSecretInput', 'The hook whose secret to replace.')

builder.mutationFields(t => ({
  createHook: t.field({
    type: HookPayload,
    description:
      'Subscribes a receiver to events of the viewer, or of bookings of a team or an event type. `secret` is answered this once.',
    directives: manage,
    args: { input: t.arg({ type: CreateHookInput, required: true, description: 'The new hook.' }) },
    resolve: (_root, { input }, ctx) => createHook(ctx, input),
  }),
  updateHook: t.field({
    type: HookPayload,
    description: 'Changes a hook, or switches it off or on.',
    directives: manage,
    args: {
      input: t.arg({ type: UpdateHookInput, required: true, description: 'What to change.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ hook: await updateHook(ctx, input) }),
  }),
  rotateHookSecret: t.field({
    type: HookPayload,
    description:
      'Gives a hook another secret. `secret` is answered this once. For 24 hours deliveries are signed with the old one too.',
    directives: manage,
    args: {
      input: t.arg({
        type: RotateHookSecretInput,
        required: true,
        description: 'The hook whose secret to replace.',
      }),
    },
    resolve: (_root, { input }, ctx) => rotateHookSecret(ctx, input.id),
  }),
  deleteHook: t.field({
    type: DeletePayload,
    description: 'Takes a hook away for good.',
    directives: manage,
    args: {
      input: t.arg({ type: DeleteHookInput, required: true, description: 'The hook to delete.' }),
    },
    resolve: (_root, { input }, ctx) => deleteHook(ctx, input.id),
  }),
  deleteHooks: t.field({
    type: DeleteHooksPayload,
    description:
      'Takes all hooks of an event type or of a platform client away that the viewer manages.',
    directives: manage,
    args: { input: t.arg({ type: DeleteHooksInput, required: true, description: 'Which ones.' }) },
    resolve: (_root, { input }, ctx) => deleteHooks(ctx, input),
  }),
}))
