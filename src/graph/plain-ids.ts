import { MapperKind, mapSchema } from '@graphql-tools/utils'
import { type GraphQLFieldConfig, type GraphQLSchema, isObjectType } from 'graphql'

type IdField = GraphQLFieldConfig<{ uid: string }, unknown>

/**
 * Answers the id of a node from its row at once. Our ids are global as they stand (ids.ts); the relay plugin encodes each
 * through a promise, and a page has one in every row.
 */
export function withPlainIds(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: IdField, fieldName, typeName) => {
      if (fieldName !== 'id' || !isNode(schema, typeName)) return undefined
      return { ...field, resolve: row => row.uid }
    },
  })
}

function isNode(schema: GraphQLSchema, typeName: string): boolean {
  const type = schema.getType(typeName)
  return isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node')
}
