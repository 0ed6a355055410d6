import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { listed, listOf, one, page, sort, span, spanNames } from '../list.ts'
import { owner, requireOwn } from '../organization/self.ts'
import { reference, uuid } from '../uris.ts'
import {
  FormParts,
  RoutingForm,
  routingForm,
  Submission,
  SubmissionParts,
  submission,
} from './routing-form.ts'

const group = 'Routing forms'
const scope = 'routing_forms:read'

const order = sort<'CREATED' | 'CREATED_DESC'>(
  { created_at: ['CREATED', 'CREATED_DESC'] },
  'CREATED_DESC',
)

const list = route({
  method: 'GET',
  path: '/routing_forms',
  name: 'listRoutingForms',
  summary: 'Routing forms, newest first by default.',
  group,
  scope,
  request: { query: z.object({ ...owner, sort: order, ...page }) },
  response: listOf(RoutingForm),
  document: graphql(
    `query CalendlyListRoutingForms(
      $orderBy: RoutingOrder!, $first: Int, $after: String, $last: Int, $before: String
    ) {
      viewer { id mainTeamId }
      routingForms(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
        edges { node { ...CalendlyRoutingForm } }
        pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
      }
    }`,
    [FormParts],
  ),
  async variables({ query }, execute) {
    await requireOwn(execute, query)
    return { orderBy: query.sort, ...span(query) }
  },
  reply({ viewer, routingForms }, { arrival }) {
    const user = found(viewer, 'user')
    return listed(routingForms, form => routingForm(form, user, arrival.publicUrl), arrival)
  },
  names: spanNames,
})

const get = route({
  method: 'GET',
  path: '/routing_forms/:uuid',
  name: 'getRoutingForm',
  summary: 'One routing form.',
  group,
  scope,
  request: { params: uuid('the routing form') },
  response: one(RoutingForm),
  document: graphql(
    'query CalendlyGetRoutingForm($id: ID!) { viewer { id mainTeamId } routingForm(id: $id) { ...CalendlyRoutingForm } }',
    [FormParts],
  ),
  variables: ({ params }) => ({ id: params.uuid }),
  reply: (data, { arrival }) => ({
    resource: routingForm(
      found(data.routingForm, 'routing form'),
      found(data.viewer, 'user'),
      arrival.publicUrl,
    ),
  }),
})

const listSubmissions = route({
  method: 'GET',
  path: '/routing_form_submissions',
  name: 'listRoutingFormSubmissions',
  summary: 'What was submitted to a routing form, newest first by default.',
  group,
  scope,
  request: { query: z.object({ form: reference('routing_forms'), sort: order, ...page }) },
  response: listOf(Submission),
  document: graphql(
    `query CalendlyListSubmissions(
      $formId: ID!, $orderBy: RoutingOrder!, $first: Int, $after: String, $last: Int, $before: String
    ) {
      routingSubmissions(
        formId: $formId, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before
      ) {
        edges { node { ...CalendlySubmission } }
        pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
      }
    }`,
    [SubmissionParts],
  ),
  variables: ({ query }) => ({ formId: query.form, orderBy: query.sort, ...span(query) }),
  reply: ({ routingSubmissions }, { arrival }) =>
    listed(routingSubmissions, shown => submission(shown, arrival.publicUrl), arrival),
  names: { ...spanNames, formId: 'form' },
})

export const GetSubmission = graphql(
  'query CalendlyGetSubmission($id: ID!) { routingSubmission(id: $id) { ...CalendlySubmission } }',
  [SubmissionParts],
)

const getSubmission = route({
  method: 'GET',
  path: '/routing_form_submissions/:uuid',
  name: 'getRoutingFormSubmission',
  summary: 'What was submitted once.',
  group,
  scope,
  request: { params: uuid('the submission') },
  response: one(Submission),
  document: GetSubmission,
  variables: ({ params }) => ({ id: params.uuid }),
  reply: (data, { arrival }) => ({
    resource: submission(found(data.routingSubmission, 'submission'), arrival.publicUrl),
  }),
})

export const routingForms = [list, get, listSubmissions, getSubmission]
