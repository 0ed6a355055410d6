import { hostOf } from '../context.ts'
import { builder } from '../graph/builder.ts'
import { ownNode } from '../graph/node.ts'
import { connectionCost } from '../graph/page-size.ts'
import { byId } from '../ids.ts'
import { listContacts } from './queries.ts'

const read = { requiresScope: { scope: 'contacts:read' } } as const

export const Contact = builder.prismaNode('Contact', {
  id: { field: 'uid', description: 'Starts with `ct_`.' },
  description: 'A person who booked with the viewer: one for each e-mail address.',
  findUnique: ownNode('contacts:read'),
  nullable: true,
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    email: t.expose('email', { type: 'EmailAddress', description: 'Address that the person books with.' }),
    name: t.exposeString('name', { description: 'Name as the person last wrote it.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'Telephone number that was last given.' }),
    timeZone: t.expose('timeZone', {
      type: 'TimeZone',
      nullable: true,
      description: 'Zone that the person last booked in.',
    }),
    bookingCount: t.exposeInt('bookingCount', {
      description: 'How often the person booked; a reschedule is not a new booking.',
    }),
    firstBookingAt: t.expose('firstBookingAt', { type: 'DateTime', description: 'When the person first booked.' }),
    lastBookingAt: t.expose('lastBookingAt', { type: 'DateTime', description: 'When the person last booked.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the contact was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the contact last changed.' }),
  }),
})

builder.queryFields(t => ({
  contact: t.prismaField({
    type: Contact,
    nullable: true,
    description: 'A contact of the viewer; null when there is none with this id.',
    directives: read,
    args: { id: t.arg.id({ required: true, description: 'Id of the contact.' }) },
    resolve: (query, _root, { id }, ctx) =>
      ctx.db.contact.findUnique({ ...query, where: { ...byId(id), hostId: hostOf(ctx) } }),
  }),
  contacts: t.connection(
    {
      type: Contact,
      description: 'Contacts of the viewer, who booked last first.',
      directives: read,
      complexity: connectionCost,
      args: {
        search: t.arg.string({
          description: 'Only contacts whose name or e-mail holds this, in any case; at most 100 characters.',
        }),
        email: t.arg({ type: 'EmailAddress', description: 'Only the contact with this address.' }),
      },
      resolve: (_root, args, ctx) => listContacts(ctx, args),
    },
    {
      name: 'ContactConnection',
      description: 'A page of contacts.',
      fields: c => ({
        totalCount: c.int({ description: 'How many there are on all pages.', resolve: page => page.totalCount() }),
      }),
    },
    { name: 'ContactEdge', description: 'A contact in its place.' },
  ),
}))
