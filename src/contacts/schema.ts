import { hostOf } from '../context.ts'
import type { Contact as ContactRow } from '../db/generated/client/client.ts'
import { builder } from '../graph/builder.ts'
import { DeletePayload } from '../graph/delete-payload.ts'
import { idInput } from '../graph/id-input.ts'
import { ownNode } from '../graph/own-node.ts'
import { connectionCost, totalCount } from '../graph/pagination.ts'
import { byId } from '../ids.ts'
import { createContact, deleteContact, updateContact } from './change.ts'
import { listContacts } from './queries.ts'

const read = { requiresScope: { scope: 'contacts:read' } } as const
const write = { requiresScope: { scope: 'contacts:write' } } as const

export const Contact = builder.prismaNode('Contact', {
  id: { field: 'uid', description: 'Starts with `ct_`.' },
  description:
    'A person who booked with the viewer, or whom the viewer added: one for each e-mail address.',
  findUnique: ownNode('contacts:read'),
  nullable: true,
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    email: t.expose('email', {
      type: 'EmailAddress',
      description: 'Address that the person books with.',
    }),
    name: t.exposeString('name', { description: 'Name as the person last wrote it.' }),
    phone: t.exposeString('phone', {
      nullable: true,
      description: 'Telephone number that was last given.',
    }),
    timeZone: t.expose('timeZone', {
      type: 'TimeZone',
      nullable: true,
      description: 'Zone that the person last booked in.',
    }),
    bookingCount: t.exposeInt('bookingCount', {
      description: 'How often the person booked; a reschedule is not a new booking.',
    }),
    firstBookingAt: t.expose('firstBookingAt', {
      type: 'DateTime',
      description: 'When the person first booked; who has not yet, when the contact was made.',
    }),
    lastBookingAt: t.expose('lastBookingAt', {
      type: 'DateTime',
      description: 'When the person last booked; who has not yet, when the contact was made.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the contact was made.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the contact last changed.',
    }),
  }),
})

const ContactOrder = builder.enumType('ContactOrder', {
  description: 'Orders of contacts.',
  values: {
    LAST_BOOKING_DESC: { description: 'Who booked last first.' },
    CREATED: { description: 'The oldest first.' },
    CREATED_DESC: { description: 'The newest first.' },
    UPDATED: { description: 'Who changed the longest ago first.' },
    UPDATED_DESC: { description: 'Who changed last first.' },
  } as const,
})

const ContactPayload = builder.objectRef<{ contact: ContactRow }>('ContactPayload').implement({
  description: 'The contact after the change.',
  fields: t => ({
    contact: t.field({
      type: Contact,
      description: 'The contact.',
      resolve: payload => payload.contact,
    }),
  }),
})

const CreateContactInput = builder.inputType('CreateContactInput', {
  description: 'A contact to add.',
  fields: t => ({
    name: t.string({ required: true, description: 'Full name, at most 200 characters.' }),
    email: t.field({
      type: 'EmailAddress',
      required: true,
      description: 'Address that no other contact has.',
    }),
    phone: t.string({ description: 'Telephone number.' }),
    timeZone: t.field({ type: 'TimeZone', description: 'Zone of the person.' }),
  }),
})

const UpdateContactInput = builder.inputType('UpdateContactInput', {
  description: 'Changes to a contact; what is left out stays.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the contact.' }),
    name: t.string({ description: 'Full name.' }),
    email: t.field({ type: 'EmailAddress', description: 'Address that no other contact has.' }),
    phone: t.string({ description: 'Phone number. Null removes it.' }),
    timeZone: t.field({ type: 'TimeZone', description: 'Time zone. Null removes it.' }),
  }),
})

const DeleteContactInput = idInput('DeleteContactInput', 'The contact to delete.')

builder.mutationFields(t => ({
  createContact: t.field({
    type: ContactPayload,
    description: 'Adds somebody who has not booked yet.',
    directives: write,
    args: {
      input: t.arg({ type: CreateContactInput, required: true, description: 'The new contact.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ contact: await createContact(ctx, input) }),
  }),
  updateContact: t.field({
    type: ContactPayload,
    description: 'Changes a contact; the bookings of the person stay as they are.',
    directives: write,
    args: {
      input: t.arg({ type: UpdateContactInput, required: true, description: 'What to change.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ contact: await updateContact(ctx, input) }),
  }),
  deleteContact: t.field({
    type: DeletePayload,
    description: 'Takes a contact away; the bookings of the person stay.',
    directives: write,
    args: {
      input: t.arg({
        type: DeleteContactInput,
        required: true,
        description: 'The contact to delete.',
      }),
    },
    resolve: (_root, { input }, ctx) => deleteContact(ctx, input.id),
  }),
}))

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
      description: 'Contacts of the viewer, most recent booking first by default.',
      directives: read,
      complexity: connectionCost,
      args: {
        search: t.arg.string({
          description:
            'Only contacts whose name or e-mail holds this, in any case; at most 100 characters.',
        }),
        email: t.arg({ type: 'EmailAddress', description: 'Only the contact with this address.' }),
        emails: t.arg({
          type: ['EmailAddress'],
          description: 'Only contacts with one of these addresses, at most 100.',
        }),
        orderBy: t.arg({
          type: ContactOrder,
          description: 'Sort order. Default: most recent booking first.',
        }),
      },
      resolve: (_root, args, ctx) => listContacts(ctx, args),
    },
    {
      name: 'ContactConnection',
      description: 'A page of contacts.',
      fields: c => ({
        totalCount: c.int(totalCount),
      }),
    },
    { name: 'ContactEdge', description: 'A contact in its place.' },
  ),
}))
