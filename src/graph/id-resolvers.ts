import { MapperKind, mapSchema } from '@graphql-tools/utils'
import { type GraphQLFieldConfig, type GraphQLSchema, isObjectType } from 'graphql'
import {
  activityEntryId,
  attemptId,
  bookingLinkId,
  managedAccountId,
  platformClientId,
} from './object-ids.ts'

type IdField = GraphQLFieldConfig<
  { id: number; uid: string; deliveryId: bigint; number: number },
  unknown
>

// Each is asked for rows of its own type.
const derivedIds: Record<string, IdField['resolve']> = {
  ActivityEntry: activityEntryId.of,
  BookingLink: bookingLinkId.of,
  DeliveryAttempt: attemptId.of,
  ManagedAccount: managedAccountId.of,
  PlatformClient: platformClientId.of,
}

const idOfRow = ({ uid }: { uid: string }): string => uid

/**
 * Resolves the id of a node from its row synchronously. Our ids are globally unique (ids.ts); the
 * relay plugin would encode each through a promise.
 */
export function withPlainIds(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: IdField, fieldName, typeName) => {
      if (fieldName !== 'id' || !isNode(schema, typeName)) return undefined
      return { ...field, resolve: derivedIds[typeName] ?? idOfRow }
    },
  })
}

function isNode(schema: GraphQLSchema, typeName: string): boolean {
  const type = schema.getType(typeName)
  return isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node')
}
