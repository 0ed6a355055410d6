import { requireScope } from '../../context.ts'
import { builder } from '../../graph/builder.ts'
import { activityEntryId } from '../../graph/object-ids.ts'
import { connectionCost, totalCount } from '../../graph/pagination.ts'
import { mapValues } from '../../map-values.ts'
import { type LoggedEvent, loggedKinds } from '../kinds.ts'
import { COUNTED, findActivity, listActivity } from './list.ts'

const ActivityKind = builder.enumType('ActivityKind', {
  description: 'What the log of an account knows.',
  values: mapValues(loggedKinds, (description, kind) => ({ value: kind, description })),
})

const ActivityEntry = builder.objectRef<LoggedEvent>('ActivityEntry').implement({
  description: 'Something that happened in the account of the viewer.',
  fields: t => ({
    eventId: t.exposeID('uid', { description: 'Id of the event, where it is sent as one.' }),
    kind: t.expose('kind', { type: ActivityKind, description: 'What happened.' }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When.' }),
    data: t.expose('data', { type: 'JSON', description: 'The facts as they were at that moment.' }),
  }),
})

builder.nodeRef(ActivityEntry, {
  id: { resolve: activityEntryId.of, description: 'Starts with `act_`.' },
  loadWithoutCache: (id, ctx) => {
    requireScope(ctx, 'activity:read')
    return findActivity(ctx, activityEntryId.eventUid(String(id)))
  },
})

builder.queryFields(t => ({
  activity: t.connection(
    {
      type: ActivityEntry,
      description: 'The whole log of the account of the viewer, newest first by default.',
      directives: { requiresScope: { scope: 'activity:read' } },
      complexity: connectionCost,
      args: {
        kinds: t.arg({ type: [ActivityKind], description: 'Only these kinds. Default: all.' }),
        from: t.arg({ type: 'DateTime', description: 'Only what happened then or later.' }),
        until: t.arg({ type: 'DateTime', description: 'Only what happened before.' }),
        search: t.arg.string({
          description:
            'Only entries whose facts hold this, in any case; at most 100 characters. It reads them all.',
        }),
        oldestFirst: t.arg.boolean({ description: 'Turns the order round.' }),
      },
      resolve: (_root, args, ctx) => listActivity(ctx, args),
    },
    {
      name: 'ActivityConnection',
      description: 'A page of the log.',
      fields: c => ({
        totalCount: c.int({
          ...totalCount,
          description: `How many there are on all pages; ${COUNTED + 1}: more than are counted.`,
          complexity: 20,
        }),
      }),
    },
    { name: 'ActivityEdge', description: 'An entry in its place.' },
  ),
}))
