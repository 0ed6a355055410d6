import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { collectionOf, one } from '../list.ts'
import { accountAsked } from '../organization/members.ts'
import { owner } from '../organization/self.ts'
import { Uri, uriOf, uuid } from '../uris.ts'
import { Rule, rulesOf, ScheduleParts, type ShownSchedule } from './rules.ts'

const group = 'Availability'
const scope = 'availability:read'

const Schedule = z
  .object({
    uri: Uri,
    default: z.boolean(),
    name: z.string(),
    user: Uri,
    timezone: z.string(),
    rules: z.array(Rule),
  })
  .meta({ id: 'AvailabilitySchedule' })

const schedule = (
  shown: ShownSchedule,
  userId: string,
  publicUrl: string,
): z.input<typeof Schedule> => ({
  uri: uriOf(publicUrl, 'user_availability_schedules', shown.id),
  default: shown.isDefault,
  name: shown.name,
  user: uriOf(publicUrl, 'users', userId),
  timezone: shown.timeZone,
  rules: rulesOf(shown),
})

const list = route({
  method: 'GET',
  path: '/user_availability_schedules',
  name: 'listUserAvailabilitySchedules',
  summary: 'Schedules of the user, or of a member.',
  group,
  scope,
  request: { query: z.object({ user: owner.user }) },
  response: collectionOf(Schedule),
  document: graphql(
    'query CalendlyListSchedules($userId: ID) { viewer { id } schedules(userId: $userId) { ...CalendlySchedule } }',
    [ScheduleParts],
  ),
  variables: async ({ query }, execute) => ({ userId: await accountAsked(execute, query.user) }),
  reply({ viewer, schedules }, { query, arrival }) {
    const id = query.user ?? found(viewer, 'user').id
    return { collection: schedules.map(shown => schedule(shown, id, arrival.publicUrl)) }
  },
})

const get = route({
  method: 'GET',
  path: '/user_availability_schedules/:uuid',
  name: 'getUserAvailabilitySchedule',
  summary: 'One schedule.',
  group,
  scope,
  request: { params: uuid('the schedule') },
  response: one(Schedule),
  document: graphql(
    'query CalendlyGetSchedule($id: ID!) { schedule(id: $id) { host { id: userId } ...CalendlySchedule } }',
    [ScheduleParts],
  ),
  variables: ({ params }) => ({ id: params.uuid }),
  reply(data, { arrival }) {
    const { host, ...shown } = found(data.schedule, 'schedule')
    return { resource: schedule(shown, host.id, arrival.publicUrl) }
  },
})

export const schedules = [list, get]
