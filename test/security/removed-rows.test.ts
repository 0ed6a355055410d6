import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isInputObjectType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { schema } from '../../src/graph/schema.ts'
import { hold } from '../helpers/bookings.ts'
import { type GivenHost, givenHost, givenWorld, type World } from '../helpers/world.ts'
import { givenThings, type Things } from './attempts.ts'

let world: World
let host: GivenHost
let things: Things & { reservation: string }

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  const given = await givenThings(
    host,
    world.visitor,
    '2026-03-03T09:00:00Z',
    '2026-03-04T09:00:00Z',
  )
  const { id } = await hold(world.visitor, given.eventType, '2026-03-03T15:00:00Z')
  things = { ...given, reservation: id }
})
afterAll(() => world.end())

/** What each mutation removes. Rows on which others depend come last. */
const removals: Record<string, keyof typeof things> = {
  releaseSlot: 'reservation',
  deleteBookingLink: 'bookingLink',
  deleteContact: 'contact',
  deleteHook: 'hook',
  endAuthorization: 'authorization',
  deleteOAuthClient: 'oauthClient',
  deletePlatformClient: 'platformClient',
  deleteSchedule: 'schedule',
  removeCalendarFeed: 'calendarFeed',
  removeTeamMember: 'teamMember',
  revokeApiKey: 'apiKey',
  archiveEventType: 'eventType',
  leaveTeam: 'team',
  deleteTeam: 'team',
}

/**
 * Fields of a type that can be read without arguments, and those of the objects in them, to a
 * depth.
 */
function selectionOf(type: GraphQLObjectType, depth: number): string {
  return Object.values(type.getFields())
    .filter(({ args }) => !args.some(isRequiredArgument))
    .flatMap(({ name, type }) => {
      const named = getNamedType(type)
      if (isLeafType(named)) return [name]
      if (!isObjectType(named) || depth === 0 || named.name.endsWith('Connection')) return []
      return [`${name} { __typename ${selectionOf(named, depth - 1)} }`]
    })
    .join(' ')
}

/**
 * The name of the input of a mutation, and of its only field, an id; undefined when that is no id.
 */
function onlyFieldOf({
  args: [input],
}: GraphQLField<unknown, unknown>): { input: string; field: string } | undefined {
  const type = input === undefined ? undefined : getNamedType(input.type)
  if (!isInputObjectType(type)) return undefined
  const [field, ...others] = Object.keys(type.getFields())
  return others.length === 0 && (field === 'id' || field === 'clientId')
    ? { input: type.name, field }
    : undefined
}

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {}).filter(
  mutation =>
    /^(delete|remove|release|revoke|end|leave|archive)/.test(mutation.name) &&
    onlyFieldOf(mutation) !== undefined,
)

it('lists every mutation that removes something by its id', () => {
  expect(Object.keys(removals).sort()).toEqual(mutations.map(({ name }) => name).sort())
})

it('reads all fields of what a mutation has just removed', async () => {
  const answers: Record<string, unknown> = {}
  for (const [name, kind] of Object.entries(removals)) {
    const mutation = mutations.find(mutation => mutation.name === name)
    const payload = getNamedType(mutation?.type)
    const takes = mutation && onlyFieldOf(mutation)
    if (!isObjectType(payload) || takes === undefined) throw new Error(`${name} returns no object`)
    const query = `mutation ($input: ${takes.input}!) { ${name}(input: $input) { ${selectionOf(payload, 2)} } }`
    const { errors } = await host.answer(query, { input: { [takes.field]: things[kind] } })
    answers[name] = errors?.map(({ extensions, path, message }) => [
      extensions?.code,
      path?.join('.'),
      message,
    ])
  }
  expect(JSON.stringify(answers)).not.toContain('INTERNAL')
  const refused = Object.entries(answers).flatMap(([name, errors]) =>
    errors === undefined ? [] : [[name, errors]],
  )
  // An owner cannot leave a team without another owner.
  expect(refused).toEqual([['leaveTeam', [['CONFLICT', 'leaveTeam', expect.any(String)]]]])
})
