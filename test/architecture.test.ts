import { readdir, readFile } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../src/db/project-root.ts'

/**
 * Some files, and what they may import besides one another. A file belongs to the first layer that
 * it fits.
 */
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
const rootModules =
  /^src\/(bounds|clock|config|context|deadline|edit-distance|error-mapping|errors|html-layout|ids|live-limits|loopback|map-values|run-every|same-site|scopes|secrets|site-pattern|time|validation|zod-issues)\.ts$/
const root = new RegExp(`${rootModules.source}|^src/worker-pool/bounded\\.ts$|^src/rate-limits/`)
const db = /^src\/db\//
const eventLog = /^src\/event-log\/[\w-]+\.ts$/
const slotEngine = /^src\/slot-engine\/index\.ts$/
// Parts of src/graph that the features build on. The schema, its limits and the execution are built
// on the features.
const graphTools =
  /^src\/graph\/(builder|call-error|delete-payload|id-input|keyset-pagination|map-maybe-promise|object-ids|own-node|pagination|selected-fields|typed(-env\.d)?)\.ts$/
// What a dialect gives to deliveries: types alone.
const webhookFormat = /^src\/webhooks\/format\.ts$/

/** A feature may import those before it in this list. */
const features = [
  'accounts',
  'teams',
  'schedules',
  'event-types',
  'registration',
  'calendars',
  'managed-users',
  'routing-forms',
  'slots',
  'contacts',
  'bookings',
  'assistant',
  'erasure',
]
const inFeatures = (names: string[]): RegExp[] => names.map(name => new RegExp(`^src/${name}/`))
const feature = (name: string, lower: string[]): Layer => ({
  name,
  files: new RegExp(`^src/${name}/`),
  may: [root, db, eventLog, slotEngine, graphTools, ...inFeatures(lower)],
})

const layers: Layer[] = [
  { name: 'rate limits', files: /^src\/rate-limits\//, may: [/^src\/errors\.ts$/], packages: [] },
  {
    name: 'slot engine',
    files: /^src\/slot-engine\//,
    may: [/^src\/time\.ts$/],
    packages: [/^luxon$/],
  },
  { name: 'db', files: db, may: [/^src\/deadline\.ts$/] },
  {
    name: 'event types of the graph',
    files: /^src\/event-log\/schema\.ts$/,
    may: [eventLog, graphTools],
  },
  {
    name: 'activity log',
    files: /^src\/event-log\/activity\//,
    may: [root, db, eventLog, graphTools],
  },
  { name: 'event log', files: eventLog, may: [root, db] },
  // Work whose cost a stranger decides runs in a worker thread; the features start it by name.
  {
    name: 'worker pool',
    files: /^src\/worker-pool\//,
    may: [/^src\/db\/project-root\.ts$/],
    mayTypes: [/^src\/calendars\/calendar\.ts$/, /^src\/assistant\/reading\/read\.ts$/, slotEngine],
  },
  {
    name: 'worker',
    files: /^src\/worker\.ts$/,
    may: [
      /^src\/assistant\/reading\/read\.ts$/,
      /^src\/calendars\/calendar\.ts$/,
      /^src\/webhooks\/template\.ts$/,
      slotEngine,
    ],
    mayTypes: [/^src\/worker-pool\//],
  },
  ...features.map((name, index) => feature(name, features.slice(0, index))),
  // The delivery log shows the event of each delivery; the delivery engine knows no bookings.
  {
    ...feature('webhooks/delivery', ['webhooks']),
    files: /^src\/webhooks\/delivery\/(types|schema|live)\.ts$/,
    may: [...feature('', ['webhooks']).may, /^src\/bookings\/graphql\/booking-event\.ts$/],
  },
  feature('webhooks/delivery', ['webhooks']),
  // A webhook can belong to a team or an event type, and depends on the credential that created it.
  {
    ...feature('webhooks', []),
    may: [
      ...feature('', ['teams', 'event-types', 'managed-users']).may,
      /^src\/accounts\/(permissions|credential-bounds)\.ts$/,
    ],
  },
  feature('oauth', ['accounts']),
  { name: 'graph tools', files: graphTools, may: [root, db, graphTools] },
  // `live.ts`: the subscriptions of a feature, beside its schema.
  {
    name: 'graph',
    files: /^src\/graph\//,
    may: [root, eventLog, graphTools, /^src\/[\w-]+\/([\w-]+\/)?(schema|live)\.ts$/],
  },
  {
    name: 'http',
    files: /^src\/http\//,
    may: [
      root,
      /^src\/event-log\/credential-(end|watch)\.ts$/,
      /^src\/graph\//,
      /^src\/accounts\/(credentials|sessions)\.ts$/,
    ],
  },
  {
    name: 'context',
    files: /^src\/context\.ts$/,
    may: [/^src\/errors\.ts$/],
    mayTypes: [root, db, eventLog, webhookFormat],
  },
  {
    name: 'root modules',
    files: rootModules,
    may: [root],
    mayTypes: [/^src\/webhooks\/receiver-address\.ts$/],
  },
  {
    name: 'webhook formats',
    files: /^src\/webhook-formats\.ts$/,
    may: [/^src\/webhooks\/delivery\/standard-webhooks\.ts$/, /^rest-compat\/formats\.ts$/],
    mayTypes: [webhookFormat],
  },
  { name: 'retention', files: /^src\/retention\.ts$/, may: [root], mayTypes: [db] },
  { name: 'secret key check', files: /^src\/secret-key-check\.ts$/, may: [root, db] },
  {
    name: 'gateway',
    files: /^src\/gateway\.ts$/,
    may: [
      root,
      db,
      eventLog,
      ...inFeatures([...features, 'webhooks', 'oauth', 'booking-pages', 'http', 'graph']),
      /^src\/(webhook-formats|secret-key-check|retention)\.ts$/,
      /^rest-compat\/[\w-]+\.ts$/,
    ],
  },
  {
    name: 'cli',
    files: /^src\/cli\//,
    may: [
      root,
      db,
      eventLog,
      slotEngine,
      ...inFeatures([...features, 'webhooks', 'oauth']),
      /^src\/graph\/(schema|typed)\.ts$/,
      /^src\/(webhook-formats|gateway|secret-key-check)\.ts$/,
    ],
  },
  { name: 'main', files: /^src\/main\.ts$/, may: [/^src\/cli\//] },
  // Booking pages and dialects know the graph by its documents and types, and nothing of what is
  // behind it.
  {
    name: 'booking pages',
    files: /^src\/booking-pages\//,
    may: [/^src\/graph\/(call-error|typed)\.ts$/, /^src\/html-layout\.ts$/, /^src\/rate-limits\//],
    mayTypes: [/^src\/http\/app\.ts$/],
    packages: [/^hono(\/(body-limit|html))?$/, /^luxon$/, /^node:crypto$/, /^zod$/],
  },
  {
    name: 'rest-compat',
    files: /^rest-compat\//,
    may: [
      /^src\/graph\/(call-error|typed)\.ts$/,
      /^src\/rate-limits\//,
      /^src\/(bounds|time|zod-issues)\.ts$/,
    ],
    mayTypes: [
      webhookFormat,
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

/**
 * Every static, dynamic and re-exporting import of a source text that Biome has formatted: single
 * quotes, one form.
 */
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
  if (!what.startsWith('.'))
    return !what.startsWith('what it computes') && fits(layer.packages ?? [anyFile], what)
  const path = posix.join(posix.dirname(file), what)
  if (layer.files.test(path) || fits(layer.may, path)) return true
  return typesOnly && fits(layer.mayTypes ?? [], path)
}

/** Files that import one another in a circle, each circle as `a > b > a`. */
function cycles(sources: Map<string, string>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file)
    if (start >= 0) found.push([...path.slice(start), file].join(' > '))
    if (start >= 0 || done.has(file)) return
    for (const { what } of importsOf(sources.get(file) ?? '')) {
      const target = what.startsWith('.') ? posix.join(posix.dirname(file), what) : ''
      if (sources.has(target)) visit(target, [...path, file])
    }
    done.add(file)
  }
  for (const file of sources.keys()) visit(file, [])
  return found
}

async function ourSources(): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const folder of ['src', 'rest-compat']) {
    const entries = await readdir(join(projectRoot, folder), {
      recursive: true,
      withFileTypes: true,
    })
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name)
      const file = relative(projectRoot, path).split(sep).join('/')
      if (!entry.isFile() || !/\.[cm]?tsx?$/.test(file) || file.startsWith('src/db/generated/'))
        continue
      found.set(file, await readFile(path, 'utf8'))
    }
  }
  return found
}

describe('the imports', () => {
  it('point one way', async () => {
    const sources = await ourSources()
    expect(sources.size).toBeGreaterThan(50)
    expect(violations(sources, layers)).toEqual([])
  })

  it('form no cycle, those of types included', async () => {
    expect(cycles(await ourSources())).toEqual([])
  })

  it.each([
    ['src/slot-engine/slots.ts', "import { connect } from '../db/client.ts'"],
    ['src/slot-engine/slots.ts', "import { z } from 'zod'"],
    ['src/db/client.ts', "import { ApiError } from '../errors.ts'"],
    ['src/registration/register.ts', "import { book } from '../bookings/write/book.ts'"],
    ['src/contacts/remember.ts', "import type { Booked } from '../bookings/write/book.ts'"],
    ['src/bookings/write/book.ts', "import { createHook } from '../../webhooks/commands.ts'"],
    ['src/bookings/write/book.ts', "import { converse } from '../../assistant/converse.ts'"],
    ['src/assistant/actions.ts', "import { createHook } from '../webhooks/commands.ts'"],
    ['src/webhooks/commands.ts', "import { register } from '../registration/register.ts'"],
    [
      'src/webhooks/delivery/delivery-run.ts',
      "import { formats } from '../../../rest-compat/formats.ts'",
    ],
    [
      'src/webhooks/delivery/delivery-run.ts',
      "import { book } from '../../bookings/write/book.ts'",
    ],
    ['src/oauth/token.ts', "import { book } from '../bookings/write/book.ts'"],
    ['src/accounts/credentials.ts', "import { findToken } from '../oauth/tokens.ts'"],
    ['src/oauth/routes.ts', "import { httpApp } from '../http/app.ts'"],
    ['src/bookings/schema.ts', "import { schema } from '../graph/schema.ts'"],
    ['src/event-log/transaction.ts', "import { builder } from '../graph/builder.ts'"],
    ['src/context.ts', "import { limiterOf } from './rate-limits/limiter.ts'"],
    ['src/rate-limits/limiter.ts', "import type { Context } from '../context.ts'"],
    ['src/graph/schema.ts', "import { register } from '../registration/register.ts'"],
    ['src/http/app.ts', "import { startGateway } from '../gateway.ts'"],
    ['src/http/app.ts', "import { book } from '../bookings/write/book.ts'"],
    ['src/gateway.ts', "import { start } from './cli/start.ts'"],
    ['src/main.ts', "import { startGateway } from './gateway.ts'"],
    ['rest-compat/calcom/routes.ts', "import { book } from '../../src/bookings/write/book.ts'"],
    ['rest-compat/calcom/routes.ts', "import { PrismaClient } from '@prisma/client'"],
    ['rest-compat/calcom/routes.ts', "import pg from 'pg'"],
    ['rest-compat/calcom/routes.ts', "import { schema } from '../../src/graph/schema.ts'"],
    ['rest-compat/calcom/routes.ts', "import { parse } from '../../src/validation.ts'"],
    ['rest-compat/rest-app.ts', "import { httpApp } from '../src/http/app.ts'"],
    ['rest-compat/rest-app.ts', "import type { Context } from '../src/context.ts'"],
    ['src/booking-pages/book.ts', "import { book } from '../bookings/write/book.ts'"],
    ['src/booking-pages/book.ts', "import { instant } from '../validation.ts'"],
    ['src/booking-pages/routes.ts', "import { httpApp } from '../http/app.ts'"],
    ['src/services/booking.ts', ''],
  ])('does not let %s say %j', (file, source) => {
    expect(violations(new Map([[file, source]]), layers)).toHaveLength(1)
  })
})

it('builds no regular expression from input where requests are read', async () => {
  const sources = await ourSources()
  const readsRequests =
    /^(rest-compat|src\/(http|oauth|booking-pages|managed-users|webhooks|calendars|graph))\//
  const made = [...sources].filter(
    ([file, source]) => readsRequests.test(file) && /\bRegExp\(/.test(source),
  )
  expect(made.map(([file]) => file)).toEqual([])
})

// Without a client that waits: at the start, in workers, on the command line, and what is noted
// beside a request.
const background =
  /^src\/(cli|webhooks\/delivery|secret-key-check\.ts|retention\.ts|calendars\/(refresh|read-feed)\.ts|accounts\/operator\.ts|oauth\/command-line-client\.ts)/
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
    expect(
      check('low/a.ts', "import { b } from './b.ts'\nimport { DateTime } from 'luxon'\n"),
    ).toEqual([])
    expect(
      check(
        'high/a.ts',
        "import { b } from '../low/deep/b.ts'\nimport type { C } from '../side.ts'\n",
      ),
    ).toEqual([])
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
    for (const form of forms)
      expect(check('low/a.ts', `const before = 'x'\n${form}\n`), form).toHaveLength(1)
  })

  it('reports a package that is not allowed, a path that is computed, and a file that is in no layer', () => {
    expect(check('low/a.ts', "import { z } from 'zod'")).toEqual(['low/a.ts imports zod'])
    expect(check('high/a.ts', 'await import(name)')).toEqual([
      'high/a.ts imports what it computes: name',
    ])
    expect(check('elsewhere/a.ts', '')).toEqual(['elsewhere/a.ts is in no layer'])
  })

  it('reports files that import one another in a circle', () => {
    const circle = new Map([
      ['low/a.ts', "import { b } from './b.ts'"],
      ['low/b.ts', "import type { C } from './c.ts'"],
      ['low/c.ts', "export { a } from './a.ts'"],
      ['high/a.ts', "import { a } from '../low/a.ts'"],
    ])
    expect(cycles(circle)).toEqual(['low/a.ts > low/b.ts > low/c.ts > low/a.ts'])
  })

  it('distinguishes imports of types from imports of values', () => {
    expect(check('high/a.ts', "import { c } from '../side.ts'")).toEqual([
      'high/a.ts imports ../side.ts',
    ])
    expect(check('high/a.ts', "import { type C } from '../side.ts'")).toEqual([
      'high/a.ts imports ../side.ts',
    ])
  })

  it('does not take comments and SQL for imports', () => {
    const source =
      "// import { a } from '../high/a.ts'\n/**\n * import '../high/a.ts'\n */\nsql`\n  select x from 'y'`\n"
    expect(check('low/a.ts', source)).toEqual([])
  })
})
