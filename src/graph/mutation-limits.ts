import { MapperKind, mapSchema } from '@graphql-tools/utils'
import { defaultFieldResolver, type GraphQLFieldConfig, type GraphQLSchema } from 'graphql'
import type { Context } from '../context.ts'
import { type MutationLimit, mutationLimits } from '../rate-limits/mutations.ts'

type Field = GraphQLFieldConfig<unknown, Context>

/**
 * Holds every mutation to its limit in the table, whichever way it is reached: the graph, REST,
 * pages or the assistant.
 * @throws Error for a mutation that the table does not name.
 */
export const enforceMutationLimits = (schema: GraphQLSchema): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.MUTATION_ROOT_FIELD]: (field: Field, name: string) => limited(field, limitOf(name)),
  })

function limitOf(name: string): MutationLimit {
  const limit = mutationLimits[name]
  if (limit === undefined)
    throw new Error(`src/rate-limits/mutations.ts does not say which limit ${name} has`)
  return limit
}

function limited(field: Field, limit: MutationLimit): Field {
  if (typeof limit === 'string') return field
  const { resolve = defaultFieldResolver } = field
  return {
    ...field,
    resolve: async (source, args, ctx, info) => {
      const { viewer, clientAddress, limits } = ctx
      const name = viewer === null ? limit.address : limit.account
      if (name !== undefined)
        await limits.take(name, viewer === null ? clientAddress : `${viewer.userId}`)
      return resolve(source, args, ctx, info)
    },
  }
}
