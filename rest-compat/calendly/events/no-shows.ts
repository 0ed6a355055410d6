import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { one } from '../list.ts'
import { inviteeUri, reference, Uri, uuid } from '../uris.ts'
import { NoShow, noShow } from './invitee.ts'

const group = 'Scheduled events'
const scope = 'bookings:write'

const InviteeNoShow = NoShow.extend({ invitee: Uri }).meta({ id: 'InviteeNoShow' })

const Parts = graphql('fragment CalendlyNoShow on Invitee { id noShowAt booking { id } }')

const shape = (
  { id, noShowAt, booking }: ResultOf<typeof Parts>,
  publicUrl: string,
): z.input<typeof InviteeNoShow> => ({
  ...noShow(id, found(noShowAt, 'no-show'), publicUrl),
  invitee: inviteeUri(publicUrl, booking.id, id),
})

const create = route({
  method: 'POST',
  path: '/invitee_no_shows',
  name: 'createInviteeNoShow',
  summary: 'Marks an invitee of an event that has begun as absent.',
  group,
  scope,
  status: 201,
  request: { body: z.object({ invitee: reference('invitees') }) },
  response: one(InviteeNoShow),
  document: graphql(
    `mutation CalendlyMarkNoShow($id: ID!) {
      markNoShow(input: { inviteeId: $id }) { invitee { ...CalendlyNoShow } }
    }`,
    [Parts],
  ),
  variables: ({ body }) => ({ id: body.invitee }),
  reply: ({ markNoShow }, { arrival }) => ({
    resource: shape(found(markNoShow.invitee, 'invitee'), arrival.publicUrl),
  }),
})

const get = route({
  method: 'GET',
  path: '/invitee_no_shows/:uuid',
  name: 'getInviteeNoShow',
  summary: 'One mark of absence.',
  group,
  scope: 'bookings:read',
  request: { params: uuid('the no-show') },
  response: one(InviteeNoShow),
  document: graphql(
    'query CalendlyGetNoShow($id: ID!) { invitee(id: $id) { ...CalendlyNoShow } }',
    [Parts],
  ),
  variables: ({ params }) => ({ id: params.uuid }),
  reply: (data, { arrival }) => ({
    resource: shape(found(data.invitee, 'no-show'), arrival.publicUrl),
  }),
})

const remove = route({
  method: 'DELETE',
  path: '/invitee_no_shows/:uuid',
  name: 'deleteInviteeNoShow',
  summary: 'Takes a mark of absence back.',
  group,
  scope,
  status: 204,
  request: { params: uuid('the no-show') },
  document: graphql(
    'mutation CalendlyUnmarkNoShow($id: ID!) { markNoShow(input: { inviteeId: $id, noShow: false }) { booking { id } } }',
  ),
  variables: ({ params }) => ({ id: params.uuid }),
  reply: () => undefined,
})

export const noShows = [create, get, remove]
