import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { text, whole } from '../values.ts'

/** Zones that Intl lists by their old names, as the zone database calls them now. */
const renamed: Record<string, string> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
}

/** The cities that the zone database names its zones by. */
const cities = Intl.supportedValuesOf('timeZone')
  .map(listed => renamed[listed] ?? listed)
  .map(timezone => ({
    city: (timezone.split('/').at(-1) ?? timezone).replaceAll('_', ' '),
    timezone,
  }))
  .toSorted((a, b) => (a.timezone < b.timezone ? -1 : 1))

const list = route({
  method: 'GET',
  path: '/timezones',
  name: 'listTimeZones',
  summary: 'All time zones, each with the city that it has its name of.',
  group: 'Time zones',
  optionalAuth: true,
  request: {
    query: z.object({
      search: text.optional().meta({ description: 'Part of a city or a zone, in any case.' }),
      limit: whole(1, 1_000).optional(),
    }),
  },
  response: enveloped(z.array(z.object({ city: z.string(), timezone: z.string() }))),
  document: graphql('query CalcomTimeZones { __typename }'),
  variables: () => ({}),
  reply(_data, { query: { search = '', limit } }) {
    const words = search.trim().toLowerCase()
    const isMeant = ({ city, timezone }: (typeof cities)[number]) =>
      [city, timezone, timezone.replaceAll('_', ' ')].some(name =>
        name.toLowerCase().includes(words),
      )
    return success(cities.filter(isMeant).slice(0, limit))
  },
})

export const timeZones = [list]
