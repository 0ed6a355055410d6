import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import { route } from '../dialect.ts'
import { enveloped, success } from './envelope.ts'

/** The cities that the zone database names its zones by. */
const cities = Intl.supportedValuesOf('timeZone').map(timezone => ({
  city: (timezone.split('/').at(-1) ?? timezone).replaceAll('_', ' '),
  timezone,
}))

const list = route({
  method: 'GET',
  path: '/timezones',
  name: 'listTimeZones',
  summary: 'All time zones, each with the city that it has its name of.',
  group: 'Time zones',
  optionalAuth: true,
  reads: {},
  answers: enveloped(z.array(z.object({ city: z.string(), timezone: z.string() }))),
  document: graphql('query CalcomTimeZones { __typename }'),
  variables: () => ({}),
  reply: () => success(cities),
})

export const timeZones = [list]
