import { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils'
import {
  DirectiveLocation,
  defaultFieldResolver,
  GraphQLBoolean,
  GraphQLDirective,
  type GraphQLFieldConfig,
  GraphQLNonNull,
  type GraphQLSchema,
  GraphQLString,
} from 'graphql'
import { type Context, requireScope } from '../context.ts'
import { isScope, type Scope } from '../scopes.ts'

/** What the SDL says of the directive, so that tools can read schema.graphql. */
export const requiresScope = new GraphQLDirective({
  name: 'requiresScope',
  description: 'The scope that a credential needs for the field. A session has all of them.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: {
    scope: { type: new GraphQLNonNull(GraphQLString), description: 'Name of the scope.' },
    orLinkToken: {
      type: GraphQLBoolean,
      description: "Whether the secret token of an invitee's link opens the field too.",
    },
  },
})

type Field = GraphQLFieldConfig<unknown, Context>

/**
 * Holds every field that carries `@requiresScope` to it: queries, mutations, subscriptions, and
 * fields further in.
 */
export function enforceScopes(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: Field) => {
      const directive = getDirective(schema, field, 'requiresScope')?.[0]
      return directive === undefined ? field : guarded(field, directive)
    },
  })
}

function guarded(field: Field, { scope, orLinkToken }: Record<string, unknown>): Field {
  const needed = scopeNamed(scope)
  const check = (args: Record<string, unknown>, ctx: Context) => {
    // With a link token the act itself finds out what the token opens.
    if (orLinkToken === true && hasToken(args)) return
    requireScope(ctx, needed)
  }
  const { resolve = defaultFieldResolver, subscribe, description } = field
  return {
    ...field,
    description: `${description ?? ''} ${sentenceOf(needed, orLinkToken === true)}`.trim(),
    resolve: (source, args, ctx, info) => {
      check(args, ctx)
      return resolve(source, args, ctx, info)
    },
    ...(subscribe && {
      subscribe: (source, args, ctx, info) => {
        check(args, ctx)
        return subscribe(source, args, ctx, info)
      },
    }),
  }
}

/** Introspection does not show directives: the description names the scope too. */
const sentenceOf = (scope: Scope, orLinkToken: boolean): string =>
  `Requires the scope \`${scope}\`${orLinkToken ? ", or the secret token of an invitee's link" : ''}.`

function scopeNamed(name: unknown): Scope {
  if (typeof name === 'string' && isScope(name)) return name
  throw new Error(`@requiresScope names ${String(name)}, which is no scope`)
}

const hasToken = (args: Record<string, unknown>): boolean => {
  const { token, input } = args
  if (typeof token === 'string') return true
  return (
    typeof input === 'object' &&
    input !== null &&
    'token' in input &&
    typeof input.token === 'string'
  )
}
