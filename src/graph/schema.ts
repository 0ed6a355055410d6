// Every room puts its types and fields into the builder when it is imported.
import './scalars.ts'
import './errors.ts'
import '../accounts/schema.ts'
import '../activity/schema.ts'
import '../assistant/schema.ts'
import '../availability/schema.ts'
import '../bookings/live.ts'
import '../bookings/schema.ts'
import '../contacts/schema.ts'
import '../delivery/live.ts'
import '../delivery/schema.ts'
import '../erasure/schema.ts'
import '../event-types/schema.ts'
import '../feeds/schema.ts'
import '../hooks/schema.ts'
import '../oauth/schema.ts'
import '../offers/schema.ts'
import '../platform/schema.ts'
import '../routing/schema.ts'
import '../teams/schema.ts'
import { printSchemaWithDirectives } from '@graphql-tools/utils'
import { lexicographicSortSchema, specifiedDirectives } from 'graphql'
import { builder } from './builder.ts'
import { enforceMutationLimits } from './mutation-limits.ts'
import { withPlainIds } from './plain-ids.ts'
import { enforceScopes, requiresScope } from './require-scope.ts'

/** The graph: every field held to its scope, every mutation to its limit. */
export const schema = enforceScopes(
  enforceMutationLimits(withPlainIds(builder.toSchema({ directives: [...specifiedDirectives, requiresScope] }))),
)

/** The text of `schema.graphql`: the graph as clients see it, with the scopes. */
export const printGraph = (): string => `${printSchemaWithDirectives(lexicographicSortSchema(schema))}\n`
