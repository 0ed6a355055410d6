import { GraphQLError, Kind, type ValueNode } from 'graphql'
import { builder } from './builder.ts'

// A custom scalar accepts any text. Its format is validated by each command, together with the
// other fields, so that one response names everything that is wrong.

function readText(value: unknown): string {
  if (typeof value === 'string') return value
  throw new GraphQLError('must be a string')
}

const readTextLiteral = (node: ValueNode): string => {
  if (node.kind === Kind.STRING) return node.value
  throw new GraphQLError('must be a string', { nodes: node })
}

const asText = { parseValue: readText, parseLiteral: readTextLiteral }

builder.scalarType('DateTime', {
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  description:
    'An instant, RFC 3339. Any offset is read; UTC with milliseconds and `Z` is answered.',
  ...asText,
  serialize: value => value.toISOString(),
})

builder.scalarType('Date', {
  specifiedByURL: 'https://scalars.graphql.org/andimarek/local-date.html',
  description: 'A day of the calendar, `2026-03-10`.',
  ...asText,
  serialize: value => (typeof value === 'string' ? value : value.toISOString().slice(0, 10)),
})

builder.scalarType('LocalTime', {
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  description:
    'A time on the wall clock, `09:00`: hours and minutes of RFC 3339. `24:00` ends a day; later times, up to `48:00`, reach into the next.',
  ...asText,
  serialize: value => value,
})

builder.scalarType('TimeZone', {
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc6557',
  description: 'An IANA time zone, `Europe/Berlin`.',
  ...asText,
  serialize: value => value,
})

builder.scalarType('EmailAddress', {
  specifiedByURL: 'https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address',
  description: 'An e-mail address. Capitals are answered in lower case.',
  ...asText,
  serialize: value => value,
})

builder.scalarType('URL', {
  specifiedByURL: 'https://url.spec.whatwg.org/',
  description: 'An absolute http or https URL.',
  ...asText,
  serialize: value => value,
})

builder.scalarType('JSON', {
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  description: 'Any JSON value.',
  serialize: value => value,
})
