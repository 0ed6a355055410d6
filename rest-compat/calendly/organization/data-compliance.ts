import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { route } from '../../dialect.ts'
import { instant } from '../time.ts'

const group = 'Data compliance'
const scope = 'data:erase'

const Nothing = z.object({})

const deleteInvitees = route({
  method: 'POST',
  path: '/data_compliance/deletion/invitees',
  name: 'deleteInviteeData',
  summary:
    'Erases what is stored of people with these addresses, at once; the events stay, with nobody in them.',
  group,
  scope,
  status: 202,
  request: { body: z.object({ emails: z.array(z.string()) }) },
  response: Nothing,
  document: graphql(
    'mutation CalendlyEraseInvitees($emails: [EmailAddress!]!) { deleteInviteeData(input: { emails: $emails }) { count } }',
  ),
  variables: ({ body }) => ({ emails: body.emails }),
  reply: () => ({}),
  names: { 'input.emails': 'emails' },
})

const deleteEvents = route({
  method: 'POST',
  path: '/data_compliance/deletion/events',
  name: 'deleteScheduledEventData',
  summary:
    'Deletes events that started in a range of the past, 24 months at most, with their invitees, at once.',
  group,
  scope,
  status: 202,
  request: { body: z.object({ start_time: instant, end_time: instant }) },
  response: Nothing,
  document: graphql(
    'mutation CalendlyEraseEvents($input: DeletePastBookingsInput!) { deletePastBookings(input: $input) { count } }',
  ),
  variables: ({ body }) => ({ input: { start: body.start_time, end: body.end_time } }),
  reply: () => ({}),
  names: { 'input.start': 'start_time', 'input.end': 'end_time' },
})

export const dataCompliance = [deleteInvitees, deleteEvents]
