// Links by which an event type can be booked some times, or until a date: its contract, 5.6.

import { z } from 'zod'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { exception, saying } from '../errors.ts'
import { Instant, id, integer, number, text } from '../values.ts'
import { requireEventType } from './routes.ts'

const group = 'Private links'
const read = 'event_types:read'
const write = 'event_types:write'
const path = '/event-types/:eventTypeId/private-links'

const LinkParts = graphql(`
  fragment CalcomLink on BookingLink {
    token url expiresAt maxUses useCount hasEnded
    eventType { databaseId }
  }
`)

const PrivateLink = z
  .object({
    linkId: z.string().meta({ description: 'Whoever knows it can book.' }),
    eventTypeId: id,
    isExpired: z.boolean(),
    bookingUrl: z.string().meta({ format: 'uri' }),
    expiresAt: Instant.optional(),
    maxUsageCount: z.int().optional(),
    usageCount: z.int().optional(),
  })
  .meta({
    id: 'PrivateLink',
    description: 'It ends at `expiresAt`, or after `maxUsageCount` bookings.',
  })

const privateLink = (link: ResultOf<typeof LinkParts>): z.input<typeof PrivateLink> => ({
  linkId: link.token,
  eventTypeId: link.eventType.databaseId,
  isExpired: link.hasEnded,
  bookingUrl: link.url,
  ...(link.expiresAt !== null && { expiresAt: link.expiresAt }),
  ...(link.maxUses !== null && { maxUsageCount: link.maxUses, usageCount: link.useCount }),
})

const params = z.object({ eventTypeId: number('event type') })
const oneParams = params.extend({ linkId: text })

const body = z.object({
  expiresAt: text
    .refine(given => !Number.isNaN(Date.parse(given)), 'must be a valid ISO 8601 date string')
    .transform(given => new Date(given).toISOString())
    .optional()
    .meta({ type: 'string', format: 'date-time' }),
  maxUsageCount: integer(1, 10_000)
    .optional()
    .meta({ description: '1 unless given, and without `expiresAt`.' }),
})

const names = { 'input.expiresAt': 'expiresAt', 'input.maxUses': 'maxUsageCount' }
const unknown = { NOT_FOUND: [404, 'Private link not found'] } as const

const create = route({
  method: 'POST',
  path,
  name: 'createPrivateLink',
  summary: 'Makes a link: for one booking, unless it says how many or until when.',
  group,
  scope: write,
  status: 201,
  request: { params, body },
  response: enveloped(PrivateLink),
  document: graphql(
    `mutation CalcomCreatePrivateLink($input: CreateBookingLinkInput!) {
      createBookingLink(input: $input) { link { ...CalcomLink } }
    }`,
    [LinkParts],
  ),
  async variables({ params: { eventTypeId }, body }, execute) {
    await requireEventType(execute, eventTypeId)
    return { input: { eventTypeId, expiresAt: body.expiresAt, maxUses: body.maxUsageCount } }
  },
  reply: ({ createBookingLink }) => success(privateLink(createBookingLink.link)),
  names,
})

const ListLinks = graphql(
  `query CalcomListPrivateLinks($id: ID!, $after: String) {
    eventType(id: $id) {
      bookingLinks(first: 100, after: $after) {
        edges { node { ...CalcomLink } } pageInfo { endCursor hasNextPage }
      }
    }
  }`,
  [LinkParts],
)

const linksIn = ({ eventType }: ResultOf<typeof ListLinks>) =>
  eventType?.bookingLinks?.edges.map(({ node }) => node) ?? []

const list = route({
  method: 'GET',
  path,
  name: 'listPrivateLinks',
  summary: 'The links of an event type, those that have ended among them; at most 1000.',
  group,
  scope: read,
  request: { params },
  response: enveloped(z.array(PrivateLink)),
  document: ListLinks,
  variables: ({ params }, execute) => requireEventType(execute, params.eventTypeId),
  next: ({ eventType }) => {
    const info = eventType?.bookingLinks?.pageInfo
    return info?.hasNextPage ? { after: info.endCursor } : undefined
  },
  join: (before, page) => ({
    eventType: page.eventType && {
      bookingLinks: page.eventType.bookingLinks && {
        ...page.eventType.bookingLinks,
        edges: [
          ...(before.eventType?.bookingLinks?.edges ?? []),
          ...page.eventType.bookingLinks.edges,
        ],
      },
    },
  }),
  reply: data => success(linksIn(data).map(privateLink)),
})

export const GetLink = graphql(
  'query CalcomGetPrivateLink($ref: EventTypeRef!) { publicEventType(ref: $ref) { databaseId } }',
)

/** @throws CallError 404 for a link that books something else. */
async function requireLink(
  execute: ExecuteDocument,
  eventTypeId: string,
  link: string,
): Promise<void> {
  await requireEventType(execute, eventTypeId)
  const { publicEventType } = await execute(GetLink, { ref: { link } })
  // What has ended leads nowhere; whose it is, the graph holds to.
  if (publicEventType !== null && `${publicEventType.databaseId}` !== eventTypeId) {
    throw exception(404, unknown.NOT_FOUND[1])
  }
}

const update = saying(
  unknown,
  route({
    method: 'PATCH',
    path: `${path}/:linkId`,
    name: 'updatePrivateLink',
    summary: 'Changes when a link ends.',
    group,
    scope: write,
    request: { params: oneParams, body },
    response: enveloped(PrivateLink),
    document: graphql(
      `mutation CalcomUpdatePrivateLink($input: UpdateBookingLinkInput!) {
        updateBookingLink(input: $input) { link { ...CalcomLink } }
      }`,
      [LinkParts],
    ),
    async variables(
      { params: { eventTypeId, linkId }, body: { expiresAt, maxUsageCount } },
      execute,
    ) {
      await requireLink(execute, eventTypeId, linkId)
      // A link ends by date or by use: what is given takes the place of the other.
      if (expiresAt !== undefined)
        return { input: { id: linkId, expiresAt, maxUses: maxUsageCount ?? null } }
      return {
        input: {
          id: linkId,
          ...(maxUsageCount !== undefined && { expiresAt: null, maxUses: maxUsageCount }),
        },
      }
    },
    reply: ({ updateBookingLink }) => success(privateLink(updateBookingLink.link)),
    names,
  }),
)

const remove = saying(
  unknown,
  route({
    method: 'DELETE',
    path: `${path}/:linkId`,
    name: 'deletePrivateLink',
    summary: 'Ends a link for good.',
    group,
    scope: write,
    request: { params: oneParams },
    response: enveloped(z.object({ linkId: z.string(), message: z.string() })),
    document: graphql(
      'mutation CalcomDeletePrivateLink($id: ID!) { deleteBookingLink(input: { id: $id }) { link { token } } }',
    ),
    async variables({ params: { eventTypeId, linkId } }, execute) {
      await requireLink(execute, eventTypeId, linkId)
      return { id: linkId }
    },
    reply: ({ deleteBookingLink }) =>
      success({
        linkId: deleteBookingLink.link.token,
        message: 'Private link deleted successfully',
      }),
  }),
)

export const privateLinks = [create, list, update, remove]
