// Where answers to a routing form lead, with the free starts there.

import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { enveloped, success } from './envelope.ts'
import { exception, saying } from './errors.ts'
import { FindSlots, ignoringUnknown, morePages, question, slotPages } from './slots/find.ts'
import { Days, daysOf, Span } from './slots/routes.ts'

export const GetRouted = graphql(`
  query CalcomGetRouted($id: ID!, $answers: JSON!) {
    routingForm(id: $id) { resultFor(answers: $answers) { kind eventTypeId } }
  }
`)

const calculate = saying(
  { NOT_FOUND: [404, 'Routing form or event type not found'] },
  ignoringUnknown(
    'bookingUidToReschedule',
    route({
      method: 'POST',
      path: '/routing-forms/:routingFormId/calculate-slots',
      name: 'calculateRoutingFormSlots',
      summary:
        'The event type that answers to a routing form lead to, and its free starts. The answers are not stored.',
      group: 'Routing forms',
      scope: 'routing_forms:read',
      request: {
        params: z.object({ routingFormId: z.string() }),
        query: Span,
        body: z
          .record(z.string(), z.unknown())
          .meta({ description: 'Answers by the keys of the questions.' }),
      },
      response: enveloped(z.object({ eventTypeId: z.int(), slots: Days })),
      document: FindSlots,
      async variables({ params, query, body }, execute) {
        const { routingForm } = await execute(GetRouted, {
          id: params.routingFormId,
          answers: body,
        })
        const { eventTypeId } = found(routingForm, 'routing form').resultFor
        if (eventTypeId === null)
          throw exception(400, 'These answers do not lead to an event type.')
        return question(query, { id: eventTypeId })
      },
      next: (data, { query }) => morePages(data, query),
      join: slotPages,
      reply: (data, { query }) =>
        success({ eventTypeId: data.publicEventType?.databaseId ?? 0, slots: daysOf(data, query) }),
      names: { durationMinutes: 'duration', reschedule: 'bookingUidToReschedule', answers: 'body' },
    }),
  ),
)

export const routingForms = [calculate]
