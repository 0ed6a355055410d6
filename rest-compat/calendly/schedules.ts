import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { collectionOf, one } from './list.ts'
import { needOwn, owner } from './self.ts'
import { Uri, uriOf, uuid } from './uris.ts'

const group = 'Availability'
const scope = 'availability:read'

const ScheduleParts = graphql(`
  fragment CalendlySchedule on Schedule {
    id name isDefault timeZone
    weekly { weekday start end }
    overrides { date closed start end }
  }
`)

type Shown = ResultOf<typeof ScheduleParts>

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

const Rule = z.object({
  type: z.enum(['wday', 'date']),
  intervals: z.array(z.object({ from: z.string(), to: z.string() })).meta({ description: 'None: a day off.' }),
  wday: z.enum(weekdays).optional(),
  date: z.string().optional(),
})

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

const schedule = (shown: Shown, userId: string, publicUrl: string): z.input<typeof Schedule> => ({
  uri: uriOf(publicUrl, 'user_availability_schedules', shown.id),
  default: shown.isDefault,
  name: shown.name,
  user: uriOf(publicUrl, 'users', userId),
  timezone: shown.timeZone,
  rules: [...weekRules(shown.weekly), ...dateRules(shown.overrides)],
})

const MIDNIGHT = '24:00'

/** Hours of each weekday. Those that reach past midnight are told on both days. */
function weekRules(weekly: Shown['weekly']): z.input<typeof Rule>[] {
  const parts = weekly.flatMap(({ weekday, start, end }) => {
    const day = weekdays.findIndex(name => name.toUpperCase() === weekday)
    if (end <= MIDNIGHT) return [{ day, from: start, to: end }]
    return [
      { day, from: start, to: MIDNIGHT },
      { day: (day + 1) % 7, from: '00:00', to: nextDay(end) },
    ]
  })
  return weekdays.map((wday, index) => ({
    type: 'wday',
    wday,
    intervals: inOrder(parts.filter(({ day }) => day === index)),
  }))
}

/** Hours of each date that differs, to its end: the rule of the next date would take the place of its ordinary hours. */
function dateRules(overrides: Shown['overrides']): z.input<typeof Rule>[] {
  const dates = [...new Set(overrides.map(({ date }) => date))]
  return dates.map(date => {
    const hours = overrides.flatMap(each =>
      each.date === date && each.start !== null && each.end !== null
        ? [{ from: each.start, to: each.end <= MIDNIGHT ? each.end : MIDNIGHT }]
        : [],
    )
    return { type: 'date', date, intervals: inOrder(hours) }
  })
}

const inOrder = (hours: { from: string; to: string }[]) =>
  hours.map(({ from, to }) => ({ from, to })).toSorted((a, b) => (a.from < b.from ? -1 : 1))

const nextDay = (end: string): string => {
  const [hour = '', minute = ''] = end.split(':')
  return `${String(Number(hour) - 24).padStart(2, '0')}:${minute}`
}

const list = route({
  method: 'GET',
  path: '/user_availability_schedules',
  name: 'listUserAvailabilitySchedules',
  summary: 'Schedules of the user.',
  group,
  scope,
  reads: { query: z.object({ user: owner.user }) },
  answers: collectionOf(Schedule),
  document: graphql('query CalendlyListSchedules { viewer { id } schedules { ...CalendlySchedule } }', [ScheduleParts]),
  async variables({ query }, ask) {
    await needOwn(ask, query)
    return {}
  },
  reply({ viewer, schedules }, { arrival }) {
    const { id } = found(viewer, 'user')
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
  reads: { params: uuid('the schedule') },
  answers: one(Schedule),
  document: graphql(
    'query CalendlyGetSchedule($id: ID!) { viewer { id } node(id: $id) { __typename ... on Schedule { ...CalendlySchedule } } }',
    [ScheduleParts],
  ),
  variables: ({ params }) => ({ id: params.uuid }),
  reply({ viewer, node }, { arrival }) {
    const shown = found(node?.__typename === 'Schedule' ? node : null, 'schedule')
    return { resource: schedule(shown, found(viewer, 'user').id, arrival.publicUrl) }
  },
})

export const schedules = [list, get]
