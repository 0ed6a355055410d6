import { BookingEvent, readableKinds } from '../../bookings/graphql/booking-event.ts'
import { requireScope, viewerOf } from '../../context.ts'
import type {
  DeliveryAttempt as AttemptRow,
  Hook as HookRow,
} from '../../db/generated/client/client.ts'
import { isEventKind } from '../../event-log/kinds.ts'
import { EventKind } from '../../event-log/schema.ts'
import { builder } from '../../graph/builder.ts'
import { attemptId } from '../../graph/object-ids.ts'
import { connectionCost, totalCount } from '../../graph/pagination.ts'
import { hookScopesOf, scopeMissing } from '../payload-scopes.ts'
import { Hook } from '../schema.ts'
import { withoutTokens } from './tokens-in-bodies.ts'
import { type DeliveryView, eventOf, findAttempt, findDelivery, listAttempts } from './view.ts'

export const DeliveryStatus = builder.enumType('DeliveryStatus', {
  description: 'Where a delivery stands.',
  values: {
    PENDING: { description: 'It was not sent yet.' },
    RETRYING: { description: 'It failed, or was replayed, and is tried again at `nextAttemptAt`.' },
    DELIVERED: { description: 'The receiver answered 2xx.' },
    FAILED: { description: 'It was given up. It can be replayed.' },
  } as const,
})

const DeliveryAttempt = builder.objectRef<AttemptRow>('DeliveryAttempt').implement({
  description: 'One request of a delivery, and what came back.',
  fields: t => ({
    number: t.exposeInt('number', { description: 'Counts from 1, over replays too.' }),
    url: t.expose('url', { type: 'URL', description: 'Where it went.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
    durationMs: t.exposeInt('durationMs', { description: 'How long it took, in milliseconds.' }),
    responseStatus: t.exposeInt('responseStatus', {
      nullable: true,
      description: 'The status of the answer; null when none came.',
    }),
    responseHeaders: t.expose('responseHeaders', {
      type: 'JSON',
      nullable: true,
      description: 'The headers of the answer, by names in lower case; null when none came.',
    }),
    responseBody: t.exposeString('responseBody', {
      nullable: true,
      description: 'The first 4 KiB of the answer; null when none came.',
    }),
    problem: t.exposeString('problem', {
      nullable: true,
      description: 'What went wrong, as a sentence about the receiver; null for a success.',
    }),
  }),
})

builder.nodeRef(DeliveryAttempt, {
  id: { resolve: attemptId.of, description: 'Starts with `att_`.' },
  loadWithoutCache: (id, ctx) => {
    requireScope(ctx, 'webhooks:manage')
    return findAttempt(ctx, String(id))
  },
})

export const Delivery = builder.objectRef<DeliveryView>('Delivery')

builder.node(Delivery, {
  description: 'An event on its way to a hook. Kept for 30 days after its end.',
  id: {
    resolve: delivery => delivery.uid,
    description: 'Starts with `dlv_`; receivers get it with every attempt.',
  },
  isTypeOf: value =>
    typeof value === 'object' &&
    value !== null &&
    'uid' in value &&
    String(value.uid).startsWith('dlv_'),
  loadOne: (id, ctx) => {
    requireScope(ctx, 'webhooks:manage')
    return findDelivery(ctx, String(id))
  },
  fields: t => ({
    databaseId: t.int({
      description: 'Integer id, for dialects that document one.',
      resolve: delivery => Number(delivery.id),
    }),
    hook: t.field({
      type: Hook,
      description: 'Where it goes.',
      resolve: (delivery, _args, ctx) =>
        ctx.db.hook.findUniqueOrThrow({ where: { id: delivery.hookId } }),
    }),
    kind: t.field({
      type: EventKind,
      nullable: true,
      description: 'What happened; null for a test event.',
      resolve: ({ kind }) => (isEventKind(kind) ? kind : null),
    }),
    event: t.field({
      type: BookingEvent,
      nullable: true,
      description:
        'The event; null for a test event, and for one of a contact without the scope contacts:read.',
      directives: { requiresScope: { scope: 'bookings:read' } },
      resolve: (delivery, _args, ctx) =>
        readableKinds(ctx).some(kind => kind === delivery.kind) ? eventOf(ctx, delivery) : null,
    }),
    status: t.expose('status', { type: DeliveryStatus, description: 'Where it stands.' }),
    body: t.string({
      nullable: true,
      description:
        "The body as it is sent, the same at every attempt, with `…` for the tokens of invitees' links. Null before the first attempt, and for a viewer without the scope for reading its kind.",
      resolve({ kind, body }, _args, ctx) {
        const isShown = scopeMissing(hookScopesOf(viewerOf(ctx)), [kind]) === undefined
        return isShown && body !== null ? withoutTokens(body) : null
      },
    }),
    attemptCount: t.exposeInt('attemptCount', { description: 'How often it was sent.' }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is tried again; null unless it is RETRYING.',
    }),
    problem: t.exposeString('problem', {
      nullable: true,
      description:
        'What went wrong at the last attempt, or why it was given up; null when nothing did.',
    }),
    isOutOfOrder: t.exposeBoolean('isOutOfOrder', {
      description:
        'Whether it was sent while an earlier event of the same booking was still waiting for a retry. See `Hook.outOfOrderCount`.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When its event happened.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was delivered or given up.',
    }),
    attempts: t.connection(
      {
        type: DeliveryAttempt,
        description: 'Its attempts, the last one first.',
        complexity: connectionCost,
        resolve: (delivery, args, ctx) => listAttempts(ctx, delivery, args),
      },
      {
        name: 'DeliveryAttemptConnection',
        description: 'A page of attempts.',
        fields: c => ({
          totalCount: c.int(totalCount),
        }),
      },
      { name: 'DeliveryAttemptEdge', description: 'An attempt in its place.' },
    ),
  }),
})

export const DeliveryPayload = builder
  .objectRef<{ delivery: DeliveryView }>('DeliveryPayload')
  .implement({
    description: 'A delivery that is to be sent.',
    fields: t => ({
      delivery: t.field({
        type: Delivery,
        description: 'The delivery.',
        resolve: payload => payload.delivery,
      }),
    }),
  })

export const ReplayPayload = builder
  .objectRef<{ hook: HookRow; count: number }>('ReplayPayload')
  .implement({
    description: 'What is sent again.',
    fields: t => ({
      hook: t.field({ type: Hook, description: 'The hook.', resolve: payload => payload.hook }),
      count: t.exposeInt('count', { description: 'How many deliveries that are.' }),
    }),
  })
