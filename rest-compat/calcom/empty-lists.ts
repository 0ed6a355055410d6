// Routes of things that Cal.com keeps and this server does not: they answer that there is nothing.

import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { ofOne } from './bookings/actions.ts'
import { ofBooking } from './bookings/errors.ts'
import { group as bookingsGroup } from './bookings/read.ts'
import { enveloped, success } from './envelope.ts'
import { GetEventType, ownEventType } from './event-types/routes.ts'
import { number } from './values.ts'

const ofEventType = {
  method: 'GET',
  group: 'Event types',
  scope: 'event_types:read',
  request: { params: z.object({ eventTypeId: number('event type') }) },
  document: GetEventType,
  variables: ({ params }: { params: { eventTypeId: string } }) => ({ id: params.eventTypeId }),
} as const

const history = route({
  ...ofEventType,
  path: '/event-types/:eventTypeId/history',
  name: 'getEventTypeHistory',
  summary: 'Earlier states of an event type: none are kept.',
  response: enveloped(z.array(z.never())),
  reply(data, { params }) {
    ownEventType(data, params.eventTypeId)
    return success([])
  },
})

const schedulingConfig = route({
  ...ofEventType,
  path: '/event-types/:eventTypeId/scheduling-config',
  name: 'getSchedulingConfig',
  summary: 'Configuration of an event type beside its settings: there is none.',
  response: enveloped(z.object({})),
  reply(data, { params }) {
    ownEventType(data, params.eventTypeId)
    return success({})
  },
})

const routingTrace = ofBooking(
  'read',
  route({
    method: 'GET',
    path: '/bookings/:uid/routing-trace',
    name: 'getRoutingTrace',
    summary: 'How a routing form chose the host of a booking: no form here does.',
    group: bookingsGroup,
    scope: 'bookings:read',
    request: ofOne,
    response: enveloped(z.object({ trace: z.array(z.never()) })),
    document: graphql('query CalcomGetTraced($id: ID!) { booking(id: $id) { id } }'),
    variables: ({ params }) => ({ id: params.uid }),
    reply(data) {
      found(data.booking, 'booking')
      return success({ trace: [] })
    },
  }),
)

const organization = route({
  method: 'GET',
  path: '/organizations/me',
  name: 'getOwnOrganization',
  summary: 'The organization of the account: there are none.',
  group: 'Organizations',
  request: {},
  response: enveloped(z.null()),
  document: graphql('query CalcomGetOrganization { viewer { databaseId } }'),
  variables: () => ({}),
  reply: () => success(null),
})

export const withoutCause = [history, schedulingConfig, routingTrace, organization]
