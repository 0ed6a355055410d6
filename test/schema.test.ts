import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getDirective } from '@graphql-tools/utils'
import {
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  validateSchema,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../src/db/project-root.ts'
import { errorCodes } from '../src/errors.ts'
import { typeOfId } from '../src/graph/object-ids.ts'
import { printGraph, schema } from '../src/graph/schema.ts'

/** Root fields that ask for no scope, and why. A new one is a decision: it is written here. */
const publicFields: Record<string, string> = {
  'Query.viewer': 'says whose the credential is, and null to a visitor',
  'Query.node': 'each type asks for the scope that reading it takes',
  'Query.bookingPage': 'the public page',
  'Query.teamPage': 'the public page',
  'Query.publicEventType': 'what the public page offers',
  'Query.publicRoutingForm': 'what visitors are asked',
  'Query.slots': 'what visitors choose from',
  'Query.commonSlots': 'the same of several hosts together',
  'Query.reservation': 'only who reserved the slot knows the id of the reservation',
  'Subscription.slotsChanged': 'the same, live',
  'Mutation.book': 'visitors book',
  'Mutation.reserveSlot': 'visitors hold a slot while they fill in a form',
  'Mutation.changeReservation': 'only who reserved the slot knows the id of the reservation',
  'Mutation.releaseSlot': 'only who reserved the slot knows the id of the reservation',
  'Mutation.submitRoutingForm': 'visitors answer it',
  'Mutation.askAssistant': 'visitors ask for a time in plain words',
  'Mutation.register': 'makes the account',
  'Mutation.logIn': 'opens the session',
  'Query.oauthApp': 'whom people are asked to let in',
  'Query.platformApp': 'whom a page of invitees is shown for',
  'Mutation.refreshManagedTokens': 'takes the secret of the platform client',
  'Mutation.logOut': 'ends the session of the request, whatever it may do',
}

/** Lists of things with an id that are no connections, and what bounds them. */
const boundedLists: Record<string, string> = {
  'Query.schedules': 'an account has at most 100 schedules',
  'Query.bookingSeries': 'a series has at most 100 occurrences',
  'BookingSeriesPayload.bookings': 'the same',
  'BookingPayload.occurrences': 'the same',
  'Query.calendarFeeds': 'an account has at most 20 feeds',
  'Booking.hosts': 'an event type has at most 100 hosts',
  'Booking.invitees': 'a start has at most 1000 seats',
  'BookingSnapshot.invitees': 'a start has at most 1000 seats',
  'AssistantAction.eventTypes': 'at most ten are shown to choose from',
  'Query.events': 'at most 100 ids are asked for',
  'Query.inviteesByIds': 'at most 100 ids are asked for',
}

const types: GraphQLNamedType[] = Object.values(schema.getTypeMap()).filter(
  type => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
)
const outputs = types.filter(type => isObjectType(type) || isInterfaceType(type))

interface Place {
  name: string
  field: GraphQLField<unknown, unknown>
}
const fields: Place[] = outputs.flatMap(type =>
  Object.values(type.getFields()).map(field => ({ name: `${type.name}.${field.name}`, field })),
)
const roots = [
  schema.getQueryType(),
  schema.getMutationType(),
  schema.getSubscriptionType(),
].flatMap(type => (type == null ? [] : [type.name]))
const rootFields = fields.filter(({ name }) => roots.includes(name.split('.')[0] ?? ''))

/** Everything that a reader of the schema can ask about, by its coordinate. */
function* described(): Iterable<[coordinate: string, description: string | null | undefined]> {
  for (const type of types) {
    yield [type.name, type.description]
    if (isEnumType(type))
      for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value.description]
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        yield [`${type.name}.${field.name}`, field.description]
    }
  }
  for (const { name, field } of fields) {
    yield [name, field.description]
    for (const arg of field.args) yield [`${name}(${arg.name}:)`, arg.description]
  }
}

describe('the graph', () => {
  it('is a schema that GraphQL accepts', () => {
    expect(validateSchema(schema).map(error => error.message)).toEqual([])
  })

  it('is the one that schema.graphql shows', async () => {
    const committed = await readFile(join(projectRoot, 'schema.graphql'), 'utf8')
    expect(committed === printGraph(), 'schema.graphql is stale: run npm run schema').toBe(true)
  })

  it('says of every type, field, argument and enum value what it is, in sentences', () => {
    const wordless = [...described()].filter(
      ([, description]) => !description?.trim().endsWith('.'),
    )
    expect(wordless.map(([coordinate]) => coordinate)).toEqual([])
  })

  it('lists every error code with the words of the code', () => {
    const enumType = schema.getType('ErrorCode')
    if (!isEnumType(enumType)) throw new Error('ErrorCode is no enum')
    const shown = enumType.getValues().map(({ name, description }) => [name, description])
    expect(Object.fromEntries(shown)).toEqual(errorCodes)
  })
})

describe('every root field', () => {
  it('names the scope that it takes, or is known to be public', () => {
    const open = rootFields.filter(
      ({ field }) => getDirective(schema, field, 'requiresScope') === undefined,
    )
    expect(open.map(({ name }) => name).sort()).toEqual(Object.keys(publicFields).sort())
  })
})

describe('every list that can grow', () => {
  const holdsThings = ({ field }: Place): boolean => {
    const type = isNonNullType(field.type) ? field.type.ofType : field.type
    const item = getNamedType(type)
    if (!isListType(type) || !(isObjectType(item) || isInterfaceType(item))) return false
    return ['id', 'userId', 'inviteeId'].some(field => field in item.getFields())
  }

  it('is a connection', () => {
    const lists = fields
      .filter(holdsThings)
      .filter(({ name }) => !name.endsWith('Connection.nodes'))
    expect(lists.map(({ name }) => name).sort()).toEqual(Object.keys(boundedLists).sort())
  })

  it('pages in both directions and counts, as every connection does', () => {
    const connections = fields.filter(({ field }) =>
      getNamedType(field.type).name.endsWith('Connection'),
    )
    expect(connections.length).toBeGreaterThan(0)
    for (const { name, field } of connections) {
      const args = field.args.map(arg => arg.name)
      expect(args, name).toEqual(expect.arrayContaining(['first', 'after', 'last', 'before']))
      const type = getNamedType(field.type)
      if (!isObjectType(type)) throw new Error(`${type.name} is no object type`)
      expect(Object.keys(type.getFields()), name).toEqual(
        expect.arrayContaining(['edges', 'nodes', 'pageInfo', 'totalCount']),
      )
    }
  })
})

describe('every mutation', () => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})

  it('answers a payload, never null', () => {
    const others = mutations.filter(
      ({ type }) => !isNonNullType(type) || !/^\w+Payload$/.test(getNamedType(type).name),
    )
    expect(others.map(({ name }) => name)).toEqual([])
  })

  it('takes one argument named input, except logOut, which takes none', () => {
    const others = mutations.filter(({ args }) => args.map(arg => arg.name).join() !== 'input')
    expect(others.map(({ name }) => name)).toEqual(['logOut'])
  })
})

describe('every type with a field id', () => {
  const identified = types
    .filter(type => isObjectType(type))
    .filter(type => 'id' in type.getFields())

  it('is a Node', () => {
    const others = identified.filter(
      type => !type.getInterfaces().some(({ name }) => name === 'Node'),
    )
    expect(others.map(({ name }) => name)).toEqual([])
  })

  it('has a prefix of its own, by which its ids identify the type', () => {
    const prefixes = identified.map(
      type => /Starts with `([a-z]+)_`/.exec(type.getFields().id?.description ?? '')?.[1],
    )
    expect(prefixes.map(prefix => typeOfId(`${prefix}_1`))).toEqual(
      identified.map(({ name }) => name),
    )
    expect(new Set(prefixes).size).toBe(identified.length)
  })

  it('is the node of every edge', () => {
    const edges = types
      .filter(type => isObjectType(type))
      .filter(({ name }) => name.endsWith('Edge'))
    const others = edges.filter(edge => {
      const node = edge.getFields().node
      return (
        node === undefined || !identified.some(({ name }) => name === getNamedType(node.type).name)
      )
    })
    expect(others.map(({ name }) => name)).toEqual([])
  })
})
