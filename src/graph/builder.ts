import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import DirectivesPlugin from '@pothos/plugin-directives'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import type { Context } from '../context.ts'
import type PrismaTypes from '../db/generated/pothos.ts'
import { getDatamodel } from '../db/generated/pothos.ts'
import type { Scope } from '../scopes.ts'
import { typeOfId } from './object-ids.ts'

/** The Pothos builder. Each feature adds its types and fields in its `schema.ts`. */
export const builder = new SchemaBuilder<{
  Context: Context
  PrismaTypes: PrismaTypes
  DefaultFieldNullability: false
  DefaultEdgesNullability: { list: false; items: false }
  DefaultNodeNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: string; Output: Date }
    Date: { Input: string; Output: string | Date }
    LocalTime: { Input: string; Output: string }
    TimeZone: { Input: string; Output: string }
    EmailAddress: { Input: string; Output: string }
    URL: { Input: string; Output: string }
    JSON: { Input: unknown; Output: unknown }
  }
  Directives: {
    requiresScope: {
      locations: 'FIELD_DEFINITION'
      args: {
        scope: Scope
        /** The secret token of an invitee's link opens the field too; the act checks it. */
        orLinkToken?: boolean
      }
    }
  }
}>({
  plugins: [ComplexityPlugin, DirectivesPlugin, PrismaPlugin, RelayPlugin],
  defaultFieldNullability: false,
  directives: { useGraphQLToolsUnorderedDirectives: true },
  // Limits are checked before execution, in limits.ts; here the fields only say what they cost.
  complexity: { defaultComplexity: 1, defaultListMultiplier: 10, limit: {}, disabled: true },
  prisma: {
    client: ctx => ctx.db,
    dmmf: getDatamodel(),
  },
  relay: {
    // Ids are prefixed and random already (ids.ts), so they are global as they are.
    encodeGlobalID: (_typename, id) => String(id),
    decodeGlobalID: id => ({ typename: typeOfId(id) ?? '', id }),
    clientMutationId: 'omit',
    cursorType: 'String',
    nodesQueryOptions: false,
    nodeTypeOptions: { description: 'An object that can be fetched again by its id.' },
    idFieldOptions: { description: 'Public id. The prefix is the type of the object.' },
    nodeQueryOptions: {
      args: { id: { description: 'Public id of the thing.' } },
      resolve: (_root, { id }, _ctx, _info, find) => (id.typename === '' ? null : find(id)),
      description:
        'A thing of the viewer by its id. Null when there is none, or when it belongs to somebody else.',
    },
    firstArgOptions: {
      description: 'Number of items from the start, or after a cursor. Default 25, maximum 100.',
    },
    afterArgOptions: { description: 'Only edges after this cursor.' },
    lastArgOptions: {
      description: 'Number of items from the end, or before a cursor. Maximum 100.',
    },
    beforeArgOptions: { description: 'Only edges before this cursor.' },
    pageInfoFieldOptions: { description: 'Where the page stands in the list.' },
    pageInfoTypeOptions: { description: 'Where a page stands in its list.' },
    hasNextPageFieldOptions: { description: 'Whether more follow this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are some before this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first edge, for `before`.' },
    endCursorFieldOptions: { description: 'Cursor of the last edge, for `after`.' },
    nodesOnConnection: {
      description: 'The objects of the page, for clients that need no cursor of each.',
      complexity: { field: 0, multiplier: 1 },
    },
    edgesFieldOptions: {
      description: 'The page, each with its cursor.',
      // The connection has counted the page already.
      complexity: { field: 0, multiplier: 1 },
      nullable: { list: false, items: false },
    },
    cursorFieldOptions: { description: 'Where this edge stands; opaque.' },
    nodeFieldOptions: { description: 'The thing itself.', nullable: false },
  },
})

builder.queryType({ description: 'What can be read.' })
builder.mutationType({
  description: 'Mutations return a payload with the changed object.',
})
builder.subscriptionType({ description: 'What can be watched live, over graphql-ws and over SSE.' })
