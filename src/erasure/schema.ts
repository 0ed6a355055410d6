import { builder } from '../graph/builder.ts'
import { deletePastBookings } from './bookings.ts'
import { deleteInviteeData } from './invitees.ts'

const erase = { requiresScope: { scope: 'data:erase' } } as const

const ErasurePayload = builder.objectRef<{ count: number }>('ErasurePayload').implement({
  description: 'What was erased for good.',
  fields: t => ({
    count: t.exposeInt('count', { description: 'How many seats of invitees, or bookings.' }),
  }),
})

const DeletePastBookingsInput = builder.inputType('DeletePastBookingsInput', {
  description: 'A range of at most 24 months that is over.',
  fields: t => ({
    start: t.field({
      type: 'DateTime',
      required: true,
      description: 'Bookings that start from then on.',
    }),
    end: t.field({
      type: 'DateTime',
      required: true,
      description: 'Bookings that start before; in the past.',
    }),
  }),
})

const DeleteInviteeDataInput = builder.inputType('DeleteInviteeDataInput', {
  description: 'Whose data to erase.',
  fields: t => ({
    emails: t.field({
      type: ['EmailAddress'],
      required: true,
      description: 'Addresses of people, 1 to 100.',
    }),
  }),
})

builder.mutationFields(t => ({
  deleteInviteeData: t.field({
    type: ErasurePayload,
    description:
      'Erases personal data: names, addresses, answers and guests in bookings of the viewer, contacts, submissions, conversations, events and deliveries. The bookings stay, without personal data.',
    directives: erase,
    args: {
      input: t.arg({ type: DeleteInviteeDataInput, required: true, description: 'Whose data.' }),
    },
    resolve: (_root, { input }, ctx) => deleteInviteeData(ctx, input),
  }),
  deletePastBookings: t.field({
    type: ErasurePayload,
    description:
      "Deletes bookings of the viewer's own event types that are over, with all that is stored of them; contacts stay.",
    directives: erase,
    args: {
      input: t.arg({
        type: DeletePastBookingsInput,
        required: true,
        description: 'Which bookings.',
      }),
    },
    resolve: (_root, { input }, ctx) => deletePastBookings(ctx, input),
  }),
}))
