// Commands beside a gateway that is another process. Each is run as a process too; of the many ways
// to give one, most are read here, which takes a fraction of the time.

import { execFile } from 'node:child_process'
import { access, chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/db/project-root.ts'
import {
  answerIn,
  answerOf,
  apiErrorOf,
  cookieOf,
  objectIn,
  outcomeHere,
  outcomeOf,
  pathsOf,
  refusalIn,
} from '../helpers/commands.ts'
import { emptyDatabase, freshDatabase, type TestDatabase } from '../helpers/database.ts'
import { credentialsOf, post, refresh, tokensFor } from '../helpers/oauth.ts'
import { sql } from '../helpers/postgres.ts'
import { type Program, run } from '../helpers/program.ts'
import { at, clientOf, type Data, listAt, textAt } from '../helpers/world.ts'

const SECRET = 'a secret key of tests, long enough'
const PATIENCE = 60_000

let database: TestDatabase
let gateway: Program
let url: string
let env: Record<string, string>

const started = async (program: Program): Promise<string> =>
  (await program.prints(/GraphiQL +(http:\/\/127\.0\.0\.1:\d+)\/graphql/))[1] ?? ''

beforeAll(async () => {
  database = await freshDatabase()
  env = { DATABASE_URL: database.url, MERIDIAN_SECRET_KEY: SECRET }
  gateway = await run('bin/meridian.mjs', ['start'], { ...env, PORT: '0', MERIDIAN_DEMO: 'off' })
  url = await started(gateway)
  await answerOf(
    [
      'user',
      'create',
      '--email',
      'first@example.com',
      '--name',
      'Fay First',
      '--password',
      'a password',
    ],
    env,
  )
})
afterAll(async () => {
  gateway.signal('SIGTERM')
  await gateway.ended
  await database.drop()
})

const FIRST = ['--email', 'first@example.com']
const answer = (...args: string[]): Promise<Data> => answerOf(args, env)
const here = async (...args: string[]): Promise<Data> => answerIn(await outcomeHere(args, env))
const refusal = async (...args: string[]) => refusalIn(await outcomeHere(args, env))
const bearer = (token: string) => clientOf(url, { authorization: `Bearer ${token}` })

describe('user create', { timeout: PATIENCE }, () => {
  it('makes an account as registering does, which the gateway knows at once', async () => {
    const made = await answer('user', 'create', '--email', 'Ann@Example.com', '--name', 'Ann Arbor')
    expect(made).toEqual({
      id: expect.stringMatching(/^usr_/),
      email: 'ann@example.com',
      name: 'Ann Arbor',
      timeZone: 'UTC',
      plan: 'PRO',
      slug: 'ann-arbor',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      password: expect.stringMatching(/^\w{24}$/),
    })
    const ann = clientOf(url, {
      cookie: await cookieOf(url, 'ann@example.com', textAt(made, 'password')),
    })
    const { viewer, schedules } = await ann.run(
      '{ viewer { id plan bookingPage { slug } } schedules { name } }',
    )
    expect(viewer).toEqual({ id: made.id, plan: 'PRO', bookingPage: { slug: 'ann-arbor' } })
    expect(schedules).toEqual([{ name: 'Working hours' }])
  })

  it('takes what it is given, and shows no password that it did not make', async () => {
    const made = await here(
      ...[
        'user',
        'create',
        '--email=bob@example.com',
        '--name=-Bob-',
        '--password',
        'known to Bob',
      ],
      ...['--time-zone', 'europe/berlin', '--plan', 'FREE', '--slug', 'bobs-page'],
    )
    expect(made).toMatchObject({
      name: '-Bob-',
      timeZone: 'Europe/Berlin',
      plan: 'FREE',
      slug: 'bobs-page',
    })
    expect(made).not.toHaveProperty('password')
    const bob = clientOf(url, { cookie: await cookieOf(url, 'bob@example.com', 'known to Bob') })
    expect(await bob.run('{ viewer { plan timeZone } }')).toEqual({
      viewer: { plan: 'FREE', timeZone: 'Europe/Berlin' },
    })
  })

  it('refuses an address that has an account, by the name of its flag', async () => {
    expect(await refusal('user', 'create', ...FIRST, '--name', 'Again')).toEqual({
      code: 'CONFLICT',
      message: 'The email has an account already.',
      fields: [{ path: '--email', message: 'has an account already' }],
    })
  })
})

describe('user list', { timeout: PATIENCE }, () => {
  it('tells of accounts in the order in which they were made, and nothing secret', async () => {
    const { users, totalCount } = await answer('user', 'list')
    expect(at(users, '0.email')).toBe('first@example.com')
    expect(totalCount).toBe(Array.isArray(users) ? users.length : 0)
    expect(JSON.stringify(users)).not.toMatch(/password|argon2/)
  })

  it('finds a part of an address, and stops where it is told to', async () => {
    await here(
      'user',
      'create',
      '--email',
      'a_b@list.example',
      '--name',
      'A',
      '--password',
      'a password',
    )
    await here(
      'user',
      'create',
      '--email',
      'axb@list.example',
      '--name',
      'B',
      '--password',
      'a password',
    )
    const emails = async (...args: string[]) =>
      listAt(await here('user', 'list', ...args), 'users').map(user => textAt(user, 'email'))
    expect(await emails('--email', 'A_B@')).toEqual(['a_b@list.example'])
    expect(await emails('--email', '@list.example')).toEqual([
      'a_b@list.example',
      'axb@list.example',
    ])
    expect(await here('user', 'list', '--email', '@list.example', '--limit', '1')).toMatchObject({
      users: [{ email: 'a_b@list.example' }],
      totalCount: 2,
    })
  })
})

describe('user set-plan', { timeout: PATIENCE }, () => {
  it('counts from the next request on', async () => {
    const cookie = await cookieOf(url, 'first@example.com', 'a password')
    const planNow = async () =>
      at(await clientOf(url, { cookie }).run('{ viewer { plan } }'), 'viewer.plan')
    expect(await planNow()).toBe('PRO')
    expect(await answer('user', 'set-plan', ...FIRST, '--plan', 'FREE')).toMatchObject({
      plan: 'FREE',
    })
    expect(await planNow()).toBe('FREE')
    await here('user', 'set-plan', ...FIRST, '--plan', 'PRO')
    expect(await planNow()).toBe('PRO')
  })
})

describe('oauth-client create', { timeout: PATIENCE }, () => {
  it('registers an app that goes through the whole flow', async () => {
    const made = await answer(
      ...['oauth-client', 'create', '--name', 'Sync', '--scopes', 'bookings:read contacts:read'],
      ...[
        '--redirect-uri',
        'https://app.example/callback',
        '--redirect-uri',
        'http://127.0.0.1/done',
      ],
    )
    expect(made).toEqual({
      client_id: expect.stringMatching(/^oac_/),
      client_secret: expect.stringMatching(/^ocs_/),
      name: 'Sync',
      public: false,
      redirect_uris: ['https://app.example/callback', 'http://127.0.0.1/done'],
      scope: 'bookings:read contacts:read',
      owner: 'first@example.com',
    })
    const app = {
      id: textAt(made, 'client_id'),
      secret: textAt(made, 'client_secret'),
      redirectUri: 'https://app.example/callback',
    }
    const host = clientOf(url, { cookie: await cookieOf(url, 'first@example.com', 'a password') })
    const { accessToken } = await tokensFor(host, app)
    expect(await bearer(accessToken).run('{ bookings { totalCount } }')).toEqual({
      bookings: { totalCount: 0 },
    })
  })

  it('registers a public one, for the account that it is told', async () => {
    await here(
      'user',
      'create',
      '--email',
      'owner@example.com',
      '--name',
      'Olga',
      '--password',
      'a password',
    )
    const made = await here(
      ...[
        'oauth-client',
        'create',
        '--name',
        'Phone',
        '--public',
        '--owner-email',
        'owner@example.com',
      ],
      ...['--redirect-uri', 'com.example.app:/done'],
    )
    expect(made).toMatchObject({ public: true, owner: 'owner@example.com' })
    expect(made).not.toHaveProperty('client_secret')
    expect(made.scope).not.toMatch(/keys:manage|apps:manage/)
    const owner = clientOf(url, { cookie: await cookieOf(url, 'owner@example.com', 'a password') })
    const { oauthClients } = await owner.run('{ oauthClients { edges { node { id isPublic } } } }')
    expect(listAt(oauthClients, 'edges')).toEqual([
      { node: { id: made.client_id, isPublic: true } },
    ])
  })
})

describe('token create', { timeout: PATIENCE }, () => {
  const create = (...args: string[]) => here('token', 'create', ...FIRST, ...args)

  it('gives tokens as the code flow would, for an app of the account that is made once', async () => {
    const made = await answer(
      'token',
      'create',
      ...FIRST,
      '--scopes',
      'bookings:read bookings:write',
    )
    expect(made).toEqual({
      access_token: expect.stringMatching(/^cpa_at_\w{40}$/),
      refresh_token: expect.stringMatching(/^cpa_rt_\w{40}$/),
      token_type: 'Bearer',
      expires_in: 7200,
      scope: 'bookings:read bookings:write',
      client_id: expect.stringMatching(/^oac_/),
      client_secret: expect.stringMatching(/^ocs_/),
    })
    const first = bearer(textAt(made, 'access_token'))
    expect(await first.run('{ viewer { email } bookings { totalCount } }')).toEqual({
      viewer: { email: 'first@example.com' },
      bookings: { totalCount: 0 },
    })
    expect(await first.codeOf('{ contacts { totalCount } }')).toBe('INSUFFICIENT_SCOPE')

    const again = await create('--scopes', 'contacts:read')
    expect(again).toMatchObject({ client_id: made.client_id, scope: 'contacts:read' })
    expect(again).not.toHaveProperty('client_secret')
    expect(
      await bearer(textAt(again, 'access_token')).run('{ contacts { totalCount } }'),
    ).toBeTruthy()

    const app = {
      id: textAt(made, 'client_id'),
      secret: textAt(made, 'client_secret'),
      redirectUri: '',
    }
    const look = { ...credentialsOf(app), token: textAt(again, 'access_token') }
    expect((await post(url, '/oauth/introspect', look)).body).toMatchObject({
      active: true,
      scope: 'contacts:read',
    })
    const next = await refresh(url, app, textAt(made, 'refresh_token'))
    expect(next.body).toMatchObject({ scope: 'bookings:read bookings:write' })
  })

  it('gives them for any app, within what the app may ask for', async () => {
    const { client_id } = await here(
      ...['oauth-client', 'create', '--name', 'Reader', '--public', '--scopes', 'bookings:read'],
      ...['--redirect-uri', 'https://reader.example/callback'],
    )
    const id = String(client_id)
    const made = await create('--client', id, '--scopes', 'bookings:read')
    expect(made).toMatchObject({ client_id, scope: 'bookings:read' })
    const next = await refresh(
      url,
      { id, secret: '', redirectUri: '' },
      textAt(made, 'refresh_token'),
    )
    expect(next.status).toBe(200)
    expect(
      await refusal(
        'token',
        'create',
        ...FIRST,
        '--client',
        id,
        '--scopes',
        'bookings:read contacts:read',
      ),
    ).toEqual({
      code: 'INVALID_INPUT',
      message: '--scopes has what the app may not ask for: contacts:read.',
      fields: [{ path: '--scopes', message: 'has what the app may not ask for: contacts:read' }],
    })
    expect(await create('--client', 'meridian-cli', '--scopes', 'contacts:read')).toMatchObject({
      client_id: 'meridian-cli',
    })
  })
})

describe('key create', { timeout: PATIENCE }, () => {
  it('makes a key that works at the gateway', async () => {
    const made = await answer(
      'key',
      'create',
      ...FIRST,
      '--label',
      'CI',
      '--scopes',
      'bookings:read,contacts:read',
    )
    expect(made).toEqual({
      key: expect.stringMatching(/^cal_\w{40}$/),
      id: expect.stringMatching(/^key_/),
      label: 'CI',
      scopes: ['bookings:read', 'contacts:read'],
      createdAt: expect.any(String),
      expiresAt: null,
    })
    const asKey = clientOf(url, { 'x-api-key': textAt(made, 'key') })
    expect(await asKey.run('{ viewer { email } }')).toEqual({
      viewer: { email: 'first@example.com' },
    })
    expect(await asKey.codeOf('{ eventTypes { totalCount } }')).toBe('INSUFFICIENT_SCOPE')
  })

  it('makes one that ends by itself', async () => {
    const made = await here(
      'key',
      'create',
      ...FIRST,
      '--label',
      'For a week',
      '--expires-in-days',
      '7',
    )
    const [createdAt, expiresAt] = [textAt(made, 'createdAt'), textAt(made, 'expiresAt')]
    const days = (Date.parse(expiresAt) - Date.parse(createdAt)) / 86_400_000
    expect(days).toBeCloseTo(7, 3)
    expect(listAt(made, 'scopes').length).toBeGreaterThan(5)
  })
})

describe('what is wrong', { timeout: PATIENCE }, () => {
  const user = ['user', 'create']
  const app = ['oauth-client', 'create', '--name', 'App']

  it.each([
    ['nothing that it needs', user, ['--email', '--name']],
    ['an unknown flag', [...user, '--emial', 'x@example.com', '--force'], ['--emial', '--force']],
    ['a word too many', ['user', 'list', 'all'], ['all']],
    ['a flag without its value', [...user, '--email', '--name', 'X'], ['--email']],
    ['a flag without its value at the end', ['user', 'list', '--email'], ['--email']],
    [
      'a value for a flag that has none',
      [...app, '--redirect-uri', 'https://a.example/', '--public=no'],
      ['--public'],
    ],
    ['a flag twice', ['user', 'list', '--limit', '1', '--limit', '2'], ['--limit']],
    ['no number', ['user', 'list', '--limit', 'many'], ['--limit']],
    ['too great a number', ['user', 'list', '--limit', '1001'], ['--limit']],
    ['an unknown plan', ['user', 'set-plan', ...FIRST, '--plan', 'GOLD'], ['--plan']],
    [
      'an unknown account',
      ['user', 'set-plan', '--email', 'no@example.com', '--plan', 'PRO'],
      ['--email'],
    ],
    [
      'nothing that fits',
      [
        ...user,
        '--email',
        'x',
        '--name',
        ' ',
        '--password',
        'x',
        '--time-zone',
        'Mars',
        '--slug',
        'A B',
      ],
      ['--name', '--email', '--password', '--time-zone', '--slug'],
    ],
    ['no redirect', app, ['--redirect-uri']],
    [
      'a redirect that leads elsewhere',
      [...app, '--redirect-uri', 'http://a.example/'],
      ['--redirect-uri'],
    ],
    ['scopes of an owner', ['token', 'create', ...FIRST, '--scopes', 'keys:manage'], ['--scopes']],
    ['empty scopes', ['token', 'create', ...FIRST, '--scopes', ' '], ['--scopes']],
    [
      'an unknown app',
      ['token', 'create', ...FIRST, '--scopes', 'bookings:read', '--client', 'x'],
      ['--client'],
    ],
    [
      'a key for less than a day',
      ['key', 'create', ...FIRST, '--label', 'x', '--expires-in-days', '0.5'],
      ['--expires-in-days'],
    ],
  ])('%s: is said by the names of the flags', async (_what, args, paths) => {
    const refused = await refusal(...args)
    expect(refused.code).toMatch(/^(INVALID_INPUT|NOT_FOUND)$/)
    expect(pathsOf(refused)).toEqual(paths)
    expect(JSON.stringify(refused)).not.toContain('input.')
  })

  it('a group alone, and a command that it does not have', async () => {
    expect((await apiErrorOf(['user'], env)).message).toBe(
      'user is not all of a command; there is user create, user list, user set-plan.',
    )
    expect((await refusal('token', 'delete')).message).toBe(
      'There is no command token delete; there is token create.',
    )
  })

  it('the settings, and the secret key', async () => {
    const settings = await apiErrorOf(['user', 'list'], { ...env, DATABASE_URL: 'mysql://x' })
    expect(settings).toMatchObject({
      code: 'FAILED',
      message: expect.stringContaining('DATABASE_URL'),
    })
    const key = await apiErrorOf(['user', 'list'], {
      ...env,
      MERIDIAN_SECRET_KEY: `${SECRET}, but another`,
    })
    expect(key.message).toContain('MERIDIAN_SECRET_KEY')
    expect(key.message).not.toContain(SECRET)
  })

  it('an app for nobody, where nobody has an account', async () => {
    const empty = await freshDatabase()
    const args = [...app, '--redirect-uri', 'https://a.example/']
    const refused = refusalIn(await outcomeHere(args, { ...env, DATABASE_URL: empty.url }))
    expect(pathsOf(refused)).toEqual(['--owner-email'])
    await empty.drop()
  })
})

describe('help', { timeout: PATIENCE }, () => {
  const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }

  it.each([
    [
      ['user', '--help'],
      ['user create', 'user list', 'user set-plan'],
    ],
    [
      ['user', 'create', '--help'],
      ['--email ADDRESS', '[--time-zone ZONE]', 'default UTC'],
    ],
    [
      ['oauth-client', 'create', '-h'],
      ['--redirect-uri URI …', '[--public]'],
    ],
    [
      ['token', 'create', '--email', 'x', '--help'],
      ['--scopes SCOPES', '[--client ID]'],
    ],
    [
      ['key', 'create', '--help'],
      ['--label LABEL', '[--expires-in-days DAYS]'],
    ],
    [
      ['login', '--help'],
      ['[--no-browser]', 'credentials.json'],
    ],
  ])('%j needs no database', async (args, words) => {
    const { code, stdout } = await outcomeHere(args, nowhere)
    expect(code).toBe(0)
    for (const word of words) expect(stdout).toContain(word)
  })

  it('names all commands', async () => {
    const { code, stdout } = await outcomeOf(['help'], nowhere)
    expect(code).toBe(0)
    for (const word of [
      'user set-plan',
      'oauth-client create',
      'token create',
      'key create',
      'login',
      'logout',
    ]) {
      expect(stdout).toContain(`\n  ${word} `)
    }
    expect((await outcomeOf(['user', 'create', '--help'], nowhere)).stdout).toContain(
      '--email ADDRESS',
    )
  })
})

it('is all that npm run -s prints', async () => {
  const args = ['run', '-s', 'meridian', '--', 'user', 'list', '--limit', '1']
  const { stdout } = await promisify(execFile)('npm', args, {
    cwd: projectRoot,
    env: { ...process.env, ...env },
  })
  expect(listAt(objectIn(stdout), 'users')).toHaveLength(1)
}, 60_000)

it('brings an empty database to the schema of this version first', async () => {
  const empty = await emptyDatabase()
  const listed = answerIn(await outcomeHere(['user', 'list'], { ...env, DATABASE_URL: empty.url }))
  expect(listed).toEqual({ users: [], totalCount: 0 })
  expect(await sql(empty.url, 'select uid from "OAuthClient"')).toEqual([{ uid: 'meridian-cli' }])
  await empty.drop()
}, 60_000)

describe('the embedded database', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'meridian-admin-'))
    // As root the database server runs under another account, which must get in.
    await chmod(folder, 0o755)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is started for a command and stopped after it, and shared with a gateway that runs', async () => {
    const own = { MERIDIAN_DATA_DIR: join(folder, 'data') }
    const isRunning = () =>
      access(join(folder, 'data', 'postgres', 'postmaster.pid')).then(
        () => true,
        () => false,
      )
    const made = await answerOf(
      ['user', 'create', '--email', 'first@example.com', '--name', 'Fay'],
      own,
    )
    expect(await isRunning()).toBe(false)

    const beside = await run('bin/meridian.mjs', ['start'], { ...own, PORT: '0' })
    const address = await started(beside)
    const key = await answerOf(['key', 'create', ...FIRST, '--label', 'CI'], own)
    expect(await isRunning()).toBe(true)
    const asKey = clientOf(address, { 'x-api-key': textAt(key, 'key') })
    expect(await asKey.run('{ viewer { id } }')).toEqual({ viewer: { id: made.id } })

    beside.signal('SIGTERM')
    expect((await beside.ended).code).toBe(0)
    expect(await isRunning()).toBe(false)
    expect(listAt(await answerOf(['user', 'list'], own), 'users')).toHaveLength(1)
  }, 180_000)
})
