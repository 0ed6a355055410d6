import { EventKind } from '../../event-log/schema.ts'
import { builder } from '../../graph/builder.ts'
import { idInput } from '../../graph/id-input.ts'
import { connectionCost, totalCount } from '../../graph/pagination.ts'
import { replayDelivery, replayFailedDeliveries, sendTestEvent } from './replay.ts'
import { Delivery, DeliveryPayload, DeliveryStatus, ReplayPayload } from './types.ts'
import { findDelivery, listDeliveries } from './view.ts'

const manage = { requiresScope: { scope: 'webhooks:manage' } } as const

const DeliveryFilter = builder.inputType('DeliveryFilter', {
  description: 'Which deliveries; all conditions must hold.',
  fields: t => ({
    hookId: t.id({ description: 'Those to this hook.' }),
    statuses: t.field({ type: [DeliveryStatus], description: 'Those that stand at one of these.' }),
    kinds: t.field({ type: [EventKind], description: 'Those of these kinds of events.' }),
    since: t.field({ type: 'DateTime', description: 'Those of events at this instant or later.' }),
    until: t.field({ type: 'DateTime', description: 'Those of events before this instant.' }),
  }),
})

const ReplayFailedInput = builder.inputType('ReplayFailedInput', {
  description: 'Which failed deliveries to send again.',
  fields: t => ({
    hookId: t.id({ required: true, description: 'Those to this hook.' }),
    since: t.field({
      type: 'DateTime',
      required: true,
      description: 'Those of events at this instant or later.',
    }),
    until: t.field({ type: 'DateTime', description: 'Those of events before this instant.' }),
  }),
})

builder.queryFields(t => ({
  delivery: t.field({
    type: Delivery,
    nullable: true,
    description: 'A delivery of the viewer; null when there is none with this id.',
    directives: manage,
    args: { id: t.arg.id({ required: true, description: 'Id of the delivery.' }) },
    resolve: (_root, { id }, ctx) => findDelivery(ctx, id),
  }),
  deliveries: t.connection(
    {
      type: Delivery,
      description: 'Deliveries to hooks of the viewer, newest first.',
      directives: manage,
      complexity: connectionCost,
      args: { filter: t.arg({ type: DeliveryFilter, description: 'Which deliveries.' }) },
      resolve: (_root, args, ctx) => listDeliveries(ctx, args),
    },
    {
      name: 'DeliveryConnection',
      description: 'A page of deliveries.',
      fields: c => ({
        totalCount: c.int({
          ...totalCount,
          description: 'How many the filter lets through, on all pages.',
          complexity: 20,
        }),
      }),
    },
    { name: 'DeliveryEdge', description: 'A delivery in its place.' },
  ),
}))

const SendTestEventInput = builder.inputType('SendTestEventInput', {
  description: 'The hook that gets a test event.',
  fields: t => ({ hookId: t.id({ required: true, description: 'Id of the hook.' }) }),
})

const ReplayDeliveryInput = idInput('ReplayDeliveryInput', 'The delivery to send again.')

builder.mutationFields(t => ({
  replayDelivery: t.field({
    type: DeliveryPayload,
    description:
      'Sends a delivery again, whether it was delivered or not. The id and the body are the same, so that the receiver can detect the repetition.',
    directives: manage,
    args: {
      input: t.arg({
        type: ReplayDeliveryInput,
        required: true,
        description: 'The delivery to send again.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ delivery: await replayDelivery(ctx, input.id) }),
  }),
  replayFailedDeliveries: t.field({
    type: ReplayPayload,
    description:
      'Sends everything again that a hook missed: its failed deliveries since an instant.',
    directives: manage,
    args: {
      input: t.arg({ type: ReplayFailedInput, required: true, description: 'Which deliveries.' }),
    },
    resolve: (_root, { input }, ctx) => replayFailedDeliveries(ctx, input),
  }),
  sendTestEvent: t.field({
    type: DeliveryPayload,
    description: 'Sends a hook a message that says it is a test, signed as every other.',
    directives: manage,
    args: {
      input: t.arg({
        type: SendTestEventInput,
        required: true,
        description: 'The hook to send it to.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({
      delivery: await sendTestEvent(ctx, input.hookId),
    }),
  }),
}))
