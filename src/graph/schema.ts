// Every feature adds its types and fields to the builder when it is imported.
import './scalars.ts'
import './present-error.ts'
import '../accounts/schema.ts'
import '../event-log/activity/schema.ts'
import '../assistant/schema.ts'
import '../schedules/schema.ts'
import '../bookings/live.ts'
import '../bookings/schema.ts'
import '../contacts/schema.ts'
import '../webhooks/delivery/live.ts'
import '../webhooks/delivery/schema.ts'
import '../erasure/schema.ts'
import '../event-types/schema.ts'
import '../calendars/schema.ts'
import '../webhooks/schema.ts'
import '../oauth/schema.ts'
import '../slots/schema.ts'
import '../managed-users/schema.ts'
import '../registration/schema.ts'
import '../routing-forms/schema.ts'
import '../teams/schema.ts'
import { printSchemaWithDirectives } from '@graphql-tools/utils'
import { lexicographicSortSchema, specifiedDirectives } from 'graphql'
import { builder } from './builder.ts'
import { withPlainIds } from './id-resolvers.ts'
import { enforceMutationLimits } from './mutation-limits.ts'
import { enforceScopes, requiresScope } from './require-scope.ts'

/** The graph: every field held to its scope, every mutation to its limit. */
export const schema = enforceScopes(
  enforceMutationLimits(
    withPlainIds(builder.toSchema({ directives: [...specifiedDirectives, requiresScope] })),
  ),
)

/** The text of `schema.graphql`: the graph as clients see it, with the scopes. */
export const printGraph = (): string =>
  `${printSchemaWithDirectives(lexicographicSortSchema(schema))}\n`
