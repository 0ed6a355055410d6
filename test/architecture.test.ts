import { readdir, readFile } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../src/db/project-root.ts'

/** Some files, and what they may import besides one another. A file belongs to the first layer that it fits. */
interface Layer {
  name: string
  files: RegExp
  /** Our own files. */
  may: RegExp[]
  /** Our own files of which only types may be imported: they are gone when the program runs. */
  mayTypes?: RegExp[]
  /** Packages and Node's modules; without it, any. */
  packages?: RegExp[]
}

const anyFile = /./
const root =
  /^src\/(clock|context|deadline|distance|failures|ids|loopback|page|parse|places|refusal|repeat|same-site|scopes|secrets|site-pattern|validate)\.ts$|^src\/untrusted\/bounded\.ts$|^src\/limits\//
const db = /^src\/db\//
const events = /^src\/events\//
const slots = /^src\/slots\/index\.ts$/
// What stands below the rooms. The schema, its limits and its doors stand above them.
const graphTools =
  /^src\/graph\/(builder|delete-payload|id-input|keyset|node|object-ids|once-known|page-size|refused|selects|typed(-env\.d)?)\.ts$/
// What a dialect gives to deliveries: types alone.
const hookFormat = /^src\/hooks\/format\.ts$/

/** A room may import those to its left. */
const rooms = [
  'accounts',
  'teams',
  'availability',
  'event-types',
  'feeds',
  'platform',
  'routing',
  'offers',
  'contacts',
  'bookings',
  'assistant',
  'erasure',
  'activity',
]
const inRooms = (names: string[]): RegExp[] => names.map(name => new RegExp(`^src/${name}/`))
const room = (name: string, lower: string[]): Layer => ({
  name,
  files: new RegExp(`^src/${name}/`),
  may: [root, db, events, slots, graphTools, ...inRooms(lower)],
})

const layers: Layer[] = [
  { name: 'limits', files: /^src\/limits\//, may: [/^src\/refusal\.ts$/], packages: [] },
  { name: 'slots', files: /^src\/slots\//, may: [], packages: [/^luxon$/] },
  { name: 'db', files: db, may: [/^src\/deadline\.ts$/] },
  { name: 'event types of the graph', files: /^src\/events\/schema\.ts$/, may: [events, graphTools] },
  { name: 'events', files: events, may: [root, db] },
  // What may cost much runs in a worker thread; the rooms ask for it by name.
  {
    name: 'untrusted work',
    files: /^src\/untrusted\//,
    may: [/^src\/db\/project-root\.ts$/],
    mayTypes: [/^src\/feeds\/calendar\.ts$/, /^src\/assistant\/reading\/read\.ts$/, slots],
  },
  {
    name: 'worker',
    files: /^src\/worker\.ts$/,
    may: [/^src\/assistant\/reading\/read\.ts$/, /^src\/feeds\/calendar\.ts$/, /^src\/hooks\/template\.ts$/, slots],
    mayTypes: [/^src\/untrusted\//],
  },
  ...rooms.map((name, index) => room(name, rooms.slice(0, index))),
  // A hook can be of a team, or of an event type; and it depends on the credential that created it.
  {
    ...room('hooks', []),
    may: [...room('hooks', ['teams', 'event-types', 'platform']).may, /^src\/accounts\/(permissions|reach)\.ts$/],
  },
  room('oauth', ['accounts']),
  // The log of deliveries shows the event of each; the engine knows no bookings.
  {
    ...room('delivery', ['hooks']),
    files: /^src\/delivery\/(types|schema|live)\.ts$/,
    may: [...room('delivery', ['hooks']).may, /^src\/delivery\//, /^src\/bookings\/event\.ts$/],
  },
  room('delivery', ['hooks']),
  { name: 'graph tools', files: graphTools, may: [root, db, graphTools] },
  // `live.ts`: the subscriptions of a room, where they stand beside its schema.
  { name: 'graph', files: /^src\/graph\//, may: [root, events, graphTools, /^src\/[\w-]+\/(schema|live)\.ts$/] },
  {
    name: 'http',
    files: /^src\/http\//,
    may: [root, /^src\/events\/credential\.ts$/, /^src\/graph\//, /^src\/accounts\/(credentials|sessions)\.ts$/],
  },
  {
    name: 'context',
    files: /^src\/context\.ts$/,
    may: [/^src\/refusal\.ts$/],
    mayTypes: [root, db, events, hookFormat],
  },
  {
    name: 'root modules',
    files:
      /^src\/(clock|config|deadline|distance|failures|ids|loopback|page|parse|places|refusal|repeat|same-site|scopes|secrets|site-pattern|validate)\.ts$/,
    may: [root],
    mayTypes: [/^src\/hooks\/address\.ts$/],
  },
  {
    name: 'formats',
    files: /^src\/formats\.ts$/,
    may: [/^src\/delivery\/standard\.ts$/, /^rest-compat\/formats\.ts$/],
    mayTypes: [hookFormat],
  },
  { name: 'retention', files: /^src\/retention\.ts$/, may: [root], mayTypes: [db] },
  { name: 'installation', files: /^src\/installation\.ts$/, may: [root, db] },
  {
    name: 'gateway',
    files: /^src\/gateway\.ts$/,
    may: [
      root,
      db,
      events,
      ...inRooms([...rooms, 'hooks', 'delivery', 'oauth', 'pages', 'http', 'graph']),
      /^src\/(config|formats|installation|retention)\.ts$/,
      /^rest-compat\/[\w-]+\.ts$/,
    ],
  },
  {
    name: 'commands',
    files: /^src\/commands\//,
    may: [
      root,
      db,
      events,
      slots,
      ...inRooms([...rooms, 'hooks', 'delivery', 'oauth']),
      /^src\/graph\/(schema|typed)\.ts$/,
      /^src\/(config|formats|gateway|installation)\.ts$/,
    ],
  },
  { name: 'main', files: /^src\/main\.ts$/, may: [/^src\/commands\//] },
  // The pages too.
  {
    name: 'pages',
    files: /^src\/pages\//,
    may: [/^src\/graph\/(refused|typed)\.ts$/, /^src\/page\.ts$/, /^src\/limits\//],
    mayTypes: [/^src\/http\/app\.ts$/],
    packages: [/^hono(\/(body-limit|html))?$/, /^luxon$/, /^node:crypto$/, /^zod$/],
  },
  // The dialects know the graph by its documents and types, and nothing of what is behind it.
  {
    name: 'rest-compat',
    files: /^rest-compat\//,
    may: [/^src\/graph\/(refused|typed)\.ts$/, /^src\/limits\//, /^src\/validate\.ts$/],
    mayTypes: [
      hookFormat,
      /^src\/http\/(app|authenticate)\.ts$/,
      /^src\/scopes\.ts$/,
      /^src\/oauth\/(routes|scope-names|style)\.ts$/,
    ],
    packages: [/^graphql$/, /^node:(crypto|http)$/, /^hono(\/html)?$/, /^zod$/],
  },
]

interface Import {
  what: string
  typesOnly: boolean
}

/** Every static, dynamic and re-exporting import of a source text that Biome has formatted: single quotes, one form. */
function importsOf(source: string): Import[] {
  const withoutComments = source.replace(/^\s*(\/\/.*|\/?\*.*)$/gm, '')
  const statements = /^(?:import|export)(\s+type\b)?\s(?:[^'"`;=]*?\bfrom\s)?\s*'([^']+)'/gm
  const calls = /\bimport\(\s*([^)]*?)\s*\)/g
  return [
    ...[...withoutComments.matchAll(statements)].map(([, type, what = '']) => ({
      what,
      typesOnly: type !== undefined,
    })),
    ...[...withoutComments.matchAll(calls)].map(([, what = '']) => ({
      what: /^'([^']+)'$/.exec(what)?.[1] ?? `what it computes: ${what}`,
      typesOnly: false,
    })),
  ]
}

/** Which files import what they may not, each in a line; and those that no layer speaks of. */
function violations(sources: Map<string, string>, table: Layer[]): string[] {
  return [...sources].flatMap(([file, source]) => {
    const layer = table.find(({ files }) => files.test(file))
    if (layer === undefined) return [`${file} is in no layer`]
    return importsOf(source)
      .filter(imported => !isAllowed(file, imported, layer))
      .map(({ what }) => `${file} imports ${what}`)
  })
}

function isAllowed(file: string, { what, typesOnly }: Import, layer: Layer): boolean {
  const fits = (patterns: RegExp[], path: string) => patterns.some(pattern => pattern.test(path))
  if (!what.startsWith('.')) return !what.startsWith('what it computes') && fits(layer.packages ?? [anyFile], what)
  const path = posix.join(posix.dirname(file), what)
  if (layer.files.test(path) || fits(layer.may, path)) return true
  return typesOnly && fits(layer.mayTypes ?? [], path)
}

async function ourSources(): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const folder of ['src', 'rest-compat']) {
    const entries = await readdir(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name)
      const file = relative(projectRoot, path).split(sep).join('/')
      if (!entry.isFile() || !/\.[cm]?tsx?$/.test(file) || file.startsWith('src/db/generated/')) continue
      found.set(file, await readFile(path, 'utf8'))
    }
  }
  return found
}

describe('the house', () => {
  it('has imports that point one way', async () => {
    const sources = await ourSources()
    expect(sources.size).toBeGreaterThan(50)
    expect(violations(sources, layers)).toEqual([])
  })

  it.each([
    ['src/slots/slots.ts', "import { connect } from '../db/client.ts'"],
    ['src/slots/slots.ts', "import { z } from 'zod'"],
    ['src/db/client.ts', "import { Refusal } from '../refusal.ts'"],
    ['src/accounts/register.ts', "import { book } from '../bookings/book.ts'"],
    ['src/contacts/remember.ts', "import type { Booked } from '../bookings/book.ts'"],
    ['src/bookings/book.ts', "import { createHook } from '../hooks/hooks.ts'"],
    ['src/bookings/book.ts', "import { converse } from '../assistant/converse.ts'"],
    ['src/assistant/desk.ts', "import { createHook } from '../hooks/hooks.ts'"],
    ['src/hooks/hooks.ts', "import { register } from '../accounts/register.ts'"],
    ['src/delivery/turn.ts', "import { formats } from '../../rest-compat/formats.ts'"],
    ['src/delivery/turn.ts', "import { book } from '../bookings/book.ts'"],
    ['src/oauth/token.ts', "import { book } from '../bookings/book.ts'"],
    ['src/accounts/credentials.ts', "import { findToken } from '../oauth/tokens.ts'"],
    ['src/oauth/routes.ts', "import { httpApp } from '../http/app.ts'"],
    ['src/bookings/schema.ts', "import { schema } from '../graph/schema.ts'"],
    ['src/events/change.ts', "import { builder } from '../graph/builder.ts'"],
    ['src/context.ts', "import { limiterOf } from './limits/limiter.ts'"],
    ['src/limits/limiter.ts', "import type { Context } from '../context.ts'"],
    ['src/graph/schema.ts', "import { register } from '../accounts/register.ts'"],
    ['src/http/app.ts', "import { startGateway } from '../gateway.ts'"],
    ['src/http/app.ts', "import { book } from '../bookings/book.ts'"],
    ['src/gateway.ts', "import { start } from './commands/start.ts'"],
    ['src/main.ts', "import { startGateway } from './gateway.ts'"],
    ['rest-compat/calcom/routes.ts', "import { book } from '../../src/bookings/book.ts'"],
    ['rest-compat/calcom/routes.ts', "import { PrismaClient } from '@prisma/client'"],
    ['rest-compat/calcom/routes.ts', "import pg from 'pg'"],
    ['rest-compat/calcom/routes.ts', "import { schema } from '../../src/graph/schema.ts'"],
    ['rest-compat/calcom/routes.ts', "import { parse } from '../../src/parse.ts'"],
    ['rest-compat/serve.ts', "import { httpApp } from '../src/http/app.ts'"],
    ['rest-compat/serve.ts', "import type { Context } from '../src/context.ts'"],
    ['src/pages/book.ts', "import { book } from '../bookings/book.ts'"],
    ['src/pages/book.ts', "import { instant } from '../parse.ts'"],
    ['src/pages/routes.ts', "import { httpApp } from '../http/app.ts'"],
    ['src/services/booking.ts', ''],
  ])('does not let %s say %j', (file, source) => {
    expect(violations(new Map([[file, source]]), layers)).toHaveLength(1)
  })
})

it('builds no regular expression from input where requests are read', async () => {
  const sources = await ourSources()
  const doors = /^(rest-compat|src\/(http|oauth|pages|platform|hooks|feeds|graph))\//
  const made = [...sources].filter(([file, source]) => doors.test(file) && /\bRegExp\(/.test(source))
  expect(made.map(([file]) => file)).toEqual([])
})

// Without a client that waits: at the start, in workers, on the command line, and what is noted beside a request.
const background =
  /^src\/(commands|delivery|installation\.ts|retention\.ts|feeds\/(keep|read)\.ts|accounts\/operator\.ts|oauth\/command-line-client\.ts)/
const besideRequests = new Map([
  ['src/accounts/credentials.ts', ['apiKey.updateMany', 'oAuthGrant.updateMany']],
  ['src/assistant/session.ts', ['assistantSession.deleteMany']],
  ['src/oauth/tokens.ts', ['tokenFamily.deleteMany']],
])

it('stores what requests change in transactions, which are rolled back when the client is told TIMEOUT', async () => {
  const sources = await ourSources()
  const found = [...sources]
    .filter(([file]) => !background.test(file))
    .flatMap(([file, source]) =>
      [...source.matchAll(/\bdb\s*\.\s*(\w+)\s*\.\s*((?:create|update|delete|upsert)\w*)\(/g)]
        .map(([, table, act]) => `${table}.${act}`)
        .filter(write => besideRequests.get(file)?.includes(write) !== true)
        .map(write => `${file}: ${write}`),
    )
  expect(found).toEqual([])
})

describe('the check itself', () => {
  const toy: Layer[] = [
    { name: 'low', files: /^low\//, may: [], packages: [/^luxon$/] },
    { name: 'high', files: /^high\//, may: [/^low\//], mayTypes: [/^side\.ts$/] },
  ]
  const check = (file: string, source: string) => violations(new Map([[file, source]]), toy)

  it('lets through what the table allows', () => {
    expect(check('low/a.ts', "import { b } from './b.ts'\nimport { DateTime } from 'luxon'\n")).toEqual([])
    expect(check('high/a.ts', "import { b } from '../low/deep/b.ts'\nimport type { C } from '../side.ts'\n")).toEqual(
      [],
    )
  })

  it('reports a planted import in each form that it can take', () => {
    const forms = [
      "import { a } from '../high/a.ts'",
      "import type { A } from '../high/a.ts'",
      "import {\n  a,\n  type B,\n} from '../high/a.ts'",
      "import a, * as all from '../high/a.ts'",
      "import '../high/a.ts'",
      "export { a } from '../high/a.ts'",
      "export * from '../high/a.ts'",
      "export type { A } from '../high/a.ts'",
      "const a = await import('../high/a.ts')",
      "let a: import('../high/a.ts').A",
      "import { a } from './../low/../high/a.ts'",
    ]
    for (const form of forms) expect(check('low/a.ts', `const before = 'x'\n${form}\n`), form).toHaveLength(1)
  })

  it('reports a package that is not allowed, a path that is computed, and a file that is in no layer', () => {
    expect(check('low/a.ts', "import { z } from 'zod'")).toEqual(['low/a.ts imports zod'])
    expect(check('high/a.ts', 'await import(name)')).toEqual(['high/a.ts imports what it computes: name'])
    expect(check('elsewhere/a.ts', '')).toEqual(['elsewhere/a.ts is in no layer'])
  })

  it('tells a type from a value', () => {
    expect(check('high/a.ts', "import { c } from '../side.ts'")).toEqual(['high/a.ts imports ../side.ts'])
    expect(check('high/a.ts', "import { type C } from '../side.ts'")).toEqual(['high/a.ts imports ../side.ts'])
  })

  it('does not take comments and SQL for imports', () => {
    const source =
      "// import { a } from '../high/a.ts'\n/**\n * import '../high/a.ts'\n */\nsql`\n  select x from 'y'`\n"
    expect(check('low/a.ts', source)).toEqual([])
  })
})
