// Event types for Booker, ListEventTypes and EventTypeSettings.

import { z } from 'zod'
import { type ExecuteDocument, graphql } from '../../../src/graph/typed.ts'
import { found, type Route, route } from '../../dialect.ts'
import { strict } from '../common.ts'
import { enveloped, success } from '../envelope.ts'
import { exception, saying } from '../errors.ts'
import { ListEventTypes, listPages, nextPage } from '../event-types/list.ts'
import { requireEventType, saidOfSettings } from '../event-types/routes.ts'
import { OldEventType, oldEventType } from '../event-types/v2024-04-15/event-type.ts'
import { locationOptions } from '../event-types/v2024-04-15/routes.ts'
import { number, text } from '../values.ts'
import {
  AtomsEventTypeParts,
  BookableEventType,
  bookableEventType,
  EditedEventType,
  editedEventType,
} from './event-type.ts'
import { changeNames, changesIn, EventTypeFormChanges } from './event-type-changes.ts'
import { group } from './routes.ts'

const read = 'event_types:read'
const write = 'event_types:write'

export const GetTeamPage = graphql(
  'query CalcomAtomsTeamPage($id: ID!) { teamPage(teamId: $id) { slug } }',
)

const bookable = saying(
  { NOT_FOUND: [404, (_, { params }) => `Event type with slug ${params.eventSlug} not found`] },
  route({
    method: 'GET',
    path: '/atoms/event-types/:eventSlug/public',
    name: 'getAtomsBookableEventType',
    summary: 'An event type of a booking page, for the Booker.',
    group,
    optionalAuth: true,
    request: {
      params: z.object({ eventSlug: text }),
      query: z.object({
        username: text.optional().meta({ description: 'Slug of the booking page of a host.' }),
        isTeamEvent: z.enum(['true', 'false'], 'must be true or false').optional(),
        teamId: text
          .regex(/^\d{1,10}$/, 'must be a number')
          .optional()
          .meta({ description: 'With `isTeamEvent`: the team.' }),
        orgId: text.optional().meta({ description: 'Ignored: there are no organizations.' }),
      }),
    },
    response: enveloped(BookableEventType),
    document: graphql(
      'query CalcomAtomsBookable($ref: EventTypeRef!) { publicEventType(ref: $ref) { ...CalcomAtomsEventType } }',
      [AtomsEventTypeParts],
    ),
    async variables({ params: { eventSlug }, query: { username, isTeamEvent, teamId } }, execute) {
      if (isTeamEvent !== 'true') {
        if (username === undefined)
          throw exception(400, 'username must be given unless isTeamEvent is true')
        return { ref: { page: username, slug: eventSlug } }
      }
      if (teamId === undefined)
        throw exception(400, 'teamId must be given when isTeamEvent is true')
      const { teamPage } = await execute(GetTeamPage, { id: teamId })
      return { ref: { page: found(teamPage, 'team').slug, slug: eventSlug } }
    },
    reply: data => success(bookableEventType(found(data.publicEventType, 'event type'))),
  }),
)

const list = route({
  method: 'GET',
  path: '/atoms/event-types',
  name: 'listAtomsEventTypes',
  summary: 'Event types of the account, oldest first.',
  group,
  scope: read,
  request: {},
  response: enveloped(z.object({ eventTypes: z.array(OldEventType) })),
  document: ListEventTypes,
  variables: () => ({ own: true, public: false, page: '', orderBy: 'CREATED' as const }),
  next: nextPage,
  join: listPages,
  reply: ({ eventTypes }) =>
    success({ eventTypes: (eventTypes?.edges ?? []).map(({ node }) => oldEventType(node)) }),
})

const params = z.object({ eventTypeId: number('event type') })

export const GetEdited = graphql(
  'query CalcomAtomsEdited($id: ID!) { eventType(id: $id) { ...CalcomAtomsEventType } }',
  [AtomsEventTypeParts],
)

/**
 * The event type as its editor sees it.
 * @throws CallError unless the caller sees it from within.
 */
async function edited(execute: ExecuteDocument, id: string) {
  await requireEventType(execute, id)
  return found((await execute(GetEdited, { id })).eventType, 'event type')
}

const get = route({
  method: 'GET',
  path: '/atoms/event-types/:eventTypeId',
  name: 'getAtomsEventType',
  summary: 'An event type of the account or of its teams, for EventTypeSettings.',
  group,
  scope: read,
  request: { params },
  response: enveloped(
    z.object({
      eventType: EditedEventType,
      locationOptions: z.array(z.looseObject({})),
      destinationCalendar: z.null(),
      team: EditedEventType.shape.team,
      teamMembers: z.array(z.looseObject({})),
      currentUserMembership: z.null(),
      isUserOrganizationAdmin: z.literal(false),
    }),
  ),
  document: GetEdited,
  variables: ({ params: { eventTypeId } }, execute) => requireEventType(execute, eventTypeId),
  reply(data) {
    const eventType = editedEventType(found(data.eventType, 'event type'))
    return success({
      eventType,
      locationOptions,
      destinationCalendar: null,
      team: eventType.team,
      teamMembers: eventType.hosts.map(({ user }) => user),
      currentUserMembership: null,
      isUserOrganizationAdmin: false as const,
    })
  },
})

const update: Route = strict(
  saying(
    saidOfSettings,
    route({
      method: 'PATCH',
      path: '/atoms/event-types/:eventTypeId',
      name: 'updateAtomsEventType',
      summary:
        'Changes what the body names of an event type, in the words of the form of EventTypeSettings.',
      group,
      scope: write,
      request: { params, body: EventTypeFormChanges },
      response: enveloped(z.object({ eventType: EditedEventType })),
      document: graphql(
        `mutation CalcomAtomsUpdate($input: UpdateEventTypeInput!) {
          updateEventType(input: $input) { eventType { ...CalcomAtomsEventType } }
        }`,
        [AtomsEventTypeParts],
      ),
      async variables({ params: { eventTypeId }, body }, execute) {
        const before = await edited(execute, eventTypeId)
        return { input: { ...changesIn(body, before), id: eventTypeId } }
      },
      reply: ({ updateEventType }) =>
        success({ eventType: editedEventType(updateEventType.eventType) }),
      names: changeNames,
    }),
  ),
)

/**
 * The path that EventTypeSettings takes for an event type of a team. There are no organizations:
 * `orgId` is ignored.
 */
const updateOfTeam: Route = {
  ...update,
  path: '/atoms/organizations/:orgId/teams/:teamId/event-types/:eventTypeId',
  name: 'updateAtomsTeamEventType',
}

export const atomsEventTypes = [bookable, list, get, update, updateOfTeam]
