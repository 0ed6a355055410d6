import { isLoggedKind, type LoggedEvent, loggedKinds } from '../events/types.ts'
import { builder } from '../graph/builder.ts'
import { connectionCost } from '../graph/page-size.ts'
import { COUNTED, listActivity } from './list.ts'

const kinds = Object.keys(loggedKinds).filter(isLoggedKind)

const ActivityKind = builder.enumType('ActivityKind', {
  description: 'What the log of an account knows.',
  values: Object.fromEntries(kinds.map(kind => [kind, { value: kind, description: loggedKinds[kind] }])),
})

const ActivityEntry = builder.objectRef<LoggedEvent>('ActivityEntry').implement({
  description: 'Something that happened in the account of the viewer.',
  fields: t => ({
    id: t.exposeID('uid', { description: 'Starts with `evt_`; that of the event, where it is told as one.' }),
    kind: t.expose('kind', { type: ActivityKind, description: 'What happened.' }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When.' }),
    data: t.expose('data', { type: 'JSON', description: 'The facts as they were at that moment.' }),
  }),
})

builder.queryFields(t => ({
  activity: t.connection(
    {
      type: ActivityEntry,
      description: 'The whole log of the account of the viewer, newest first unless asked otherwise.',
      directives: { requiresScope: { scope: 'activity:read' } },
      complexity: connectionCost,
      args: {
        kinds: t.arg({ type: [ActivityKind], description: 'Only these kinds; all unless given.' }),
        from: t.arg({ type: 'DateTime', description: 'Only what happened then or later.' }),
        until: t.arg({ type: 'DateTime', description: 'Only what happened before.' }),
        search: t.arg.string({
          description: 'Only entries whose facts hold this, in any case; at most 100 characters. It reads them all.',
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
          description: `How many there are on all pages; ${COUNTED + 1}: more than are counted.`,
          complexity: 20,
          resolve: page => page.totalCount(),
        }),
      }),
    },
    { name: 'ActivityEdge', description: 'An entry in its place.' },
  ),
}))
