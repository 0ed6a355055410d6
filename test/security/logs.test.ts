import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { dialects } from '../../rest-compat/dialects.ts'
import {
  authorizeUrl,
  browserOf,
  codeFor,
  credentialsOf,
  givenApp,
  post,
  redemption,
  refresh,
  tokensIn,
} from '../helpers/oauth.ts'
import { cutConnections, sql } from '../helpers/postgres.ts'
import { givenReceiver } from '../helpers/receiver.ts'
import { openSocket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import {
  at,
  clientOf,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  SECRET_KEY,
  textAt,
  type World,
} from '../helpers/world.ts'

const PASSWORD = 'a password nobody else has'
const WRONG = 'a guess that went wrong'

let world: World
let log = ''

beforeAll(async () => {
  const memory = new Writable({
    write(line, _encoding, done) {
      log += line
      done()
    },
  })
  world = await givenWorld({ log: pino({ level: 'trace' }, memory) })
})
afterAll(() => world.end())

/** Makes every change to a table fail, in the way in which Postgres shows the whole row. */
async function failing(table: string, work: () => Promise<unknown>): Promise<void> {
  await sql(
    world.databaseUrl,
    `alter table "${table}" add constraint "nothing fits" check (false) not valid`,
  )
  try {
    await work()
  } finally {
    await sql(world.databaseUrl, `alter table "${table}" drop constraint "nothing fits"`)
  }
}

it('never writes a password, cookie, key, link token, hook secret, reservation, or anything secret of OAuth into the log', async () => {
  const host = await givenHost(world, { password: PASSWORD })
  const secrets: Record<string, string> = {
    PASSWORD,
    WRONG,
    SECRET_KEY,
    databaseUrl: world.databaseUrl,
  }
  const session = host.headers.cookie ?? ''
  secrets.session = session.replace('session=', '')

  // What works.
  const eventType = await givenEventType(host)
  const made = await host.run(`mutation {
    createApiKey(input: { label: "Sync" }) { secret }
    createHook(input: { url: "https://receiver.example", events: [BOOKING_CREATED] }) { secret hook { id } }
  }`)
  secrets.apiKey = textAt(made, 'createApiKey.secret')
  secrets.hook = textAt(made, 'createHook.secret')
  const rotated = await host.run(
    'mutation ($id: ID!) { rotateHookSecret(input: { id: $id }) { secret } }',
    {
      id: textAt(made, 'createHook.hook.id'),
    },
  )
  secrets.rotated = textAt(rotated, 'rotateHookSecret.secret')
  secrets.ownHook = `whsec_${Buffer.alloc(32, 'a secret of their own').toString('base64')}`
  secrets.nextHook = `whsec_${Buffer.alloc(32, 'another of their own').toString('base64')}`
  secrets.urlKey = 'a-key-in-the-address-of-the-receiver'
  const told = await givenReceiver(500)
  const own = await host.run(
    'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
    {
      input: {
        url: `${told.url}?key=${secrets.urlKey}`,
        events: ['BOOKING_CREATED'],
        secret: secrets.ownHook,
      },
    },
  )
  const ownHook = textAt(own, 'createHook.hook.id')
  const changeSecret = (secret: string | undefined) =>
    host.codeOf(
      'mutation ($input: UpdateHookInput!) { updateHook(input: $input) { hook { id } } }',
      {
        input: { id: ownHook, secret },
      },
    )
  const booked = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
  secrets.link = booked.token
  const held = await world.visitor.run(
    'mutation ($input: ReserveSlotInput!) { reserveSlot(input: $input) { reservation { id } } }',
    { input: { eventType: { id: eventType }, start: '2026-03-03T10:00:00Z' } },
  )
  secrets.reservation = textAt(held, 'reserveSlot.reservation.id')

  // Secrets in every place where they can be sent: headers, connection parameters, variables,
  // documents, query strings.
  await clientOf(world.url, { authorization: `Bearer ${secrets.apiKey}` }).run('{ viewer { id } }')
  const byToken = encodeURIComponent(`{ booking(token: "${booked.token}") { id } }`)
  await fetch(`${world.url}/graphql?query=${byToken}&apiKey=${secrets.apiKey}`)
  await fetch(`${world.url}/nowhere/?token=${booked.token}`)
  await world.visitor.run(`{ booking(token: "${booked.token}") { id } }`)
  const link = await host.run(
    'mutation ($id: ID!) { createBookingLink(input: { eventTypeId: $id }) { link { token url } } }',
    {
      id: eventType,
    },
  )
  secrets.bookingLink = textAt(link, 'createBookingLink.link.token')
  await fetch(textAt(link, 'createBookingLink.link.url'))
  for (const page of ['booking', 'cancellations', 'reschedulings']) {
    await fetch(`${world.url}/${page}/${booked.token}`)
    await fetch(`${world.url}/${page}/${booked.token}/more`)
  }
  const socket = await openSocket(world.url, { init: { apiKey: secrets.apiKey } })
  socket.send({
    type: 'subscribe',
    id: '1',
    payload: { query: 'subscription { bookingEvents { kind } }' },
  })
  const streamed = await stream(world.url, 'subscription { bookingEvents { kind } }', {
    headers: host.headers,
  })

  // OAuth, as far as it goes well.
  const app = await givenApp(host)
  secrets.clientSecret = app.secret
  secrets.code = await codeFor(host, app)
  const tokens = tokensIn(
    (await post(world.url, '/oauth/token', redemption(app, secrets.code))).body,
  )
  const next = tokensIn((await refresh(world.url, app, tokens.refreshToken)).body)
  Object.assign(secrets, {
    access: tokens.accessToken,
    refresh: tokens.refreshToken,
    nextRefresh: next.refreshToken,
  })
  await clientOf(world.url, { authorization: `Bearer ${next.accessToken}` }).run(
    '{ viewer { id } }',
  )
  await post(world.url, '/oauth/introspect', { ...credentialsOf(app), token: next.accessToken })
  const browser = browserOf()
  const logInPage = await browser.open(authorizeUrl(world.url, app))
  await browser.submit(logInPage, { act: 'logIn', email: host.email, password: WRONG })
  await browser.submit(logInPage, { act: 'logIn', email: host.email, password: PASSWORD })
  secrets.formCookie = browser.cookies.get('oauth_form') ?? ''
  secrets.pageSession = browser.cookies.get('session') ?? ''
  // What goes to a receiver, and fails there.
  secrets.signature = (await told.next()).headers['webhook-signature']?.replace('v1,', '') ?? ''
  await told.close()

  // What is refused.
  const logIn = 'mutation ($input: LogInInput!) { logIn(input: $input) { user { id } } }'
  await world.visitor.refused(logIn, { input: { email: host.email, password: WRONG } })
  await world.visitor.refused(logIn, { input: { email: 'nobody', password: WRONG, nope: WRONG } })
  await world.visitor.refused(
    `mutation { logIn(input: { email: 5, password: "${WRONG}" }) { user { id } } }`,
  )
  secrets.wrongKey = 'cal_thisIsAKeyThatHasNeverBeenAKey0000000'
  await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'x-api-key': secrets.wrongKey },
  })
  const refused = await openSocket(world.url)
  refused.send({ type: 'connection_init', payload: { apiKey: secrets.wrongKey } })
  await refused.closed
  expect(await changeSecret(`${secrets.nextHook} `)).toBe('INVALID_INPUT')

  // What fails on our side, and shows in the log.
  await failing('User', () =>
    world.visitor.codeOf(
      `mutation { register(input: { name: "Zoe", email: "zoe@example.org", password: "${PASSWORD}" }) { user { id } } }`,
    ),
  )
  await failing('Session', () =>
    world.visitor.codeOf(logIn, { input: { email: host.email, password: PASSWORD } }),
  )
  await failing('ApiKey', () =>
    host.codeOf('mutation { createApiKey(input: { label: "Fails" }) { secret } }'),
  )
  await failing('OAuthClient', () => givenApp(host).catch(() => {}))
  await failing('TokenFamily', () => codeFor(host, app).catch(() => {}))
  await failing('AccessToken', () => refresh(world.url, app, next.refreshToken))
  await failing('Hook', () =>
    host.codeOf(
      'mutation { createHook(input: { url: "https://a.example", events: [BOOKING_CREATED] }) { secret } }',
    ),
  )
  await failing('Hook', () => changeSecret(secrets.nextHook))
  await failing('DeliveryAttempt', async () => {
    await host.run(
      'mutation ($id: ID!) { sendTestEvent(input: { hookId: $id }) { delivery { id } } }',
      { id: ownHook },
    )
    await vi.waitFor(
      () => expect(log).toContain('"DeliveryAttempt\\" violates check constraint'),
      5_000,
    )
  })
  await failing('Invitee', () =>
    world.visitor.codeOf(
      'mutation ($t: String) { cancelBooking(input: { token: $t }) { booking { id } } }',
      {
        t: booked.token,
      },
    ),
  )
  await cutConnections(world.databaseUrl)
  await vi.waitFor(() => expect(log).toContain('the listening connection does not work'), 5_000)
  await sql(world.databaseUrl, 'alter table "User" rename to "Nobody"')
  await clientOf(world.url, { 'x-api-key': secrets.apiKey }).answer('{ viewer { id } }')
  await sql(world.databaseUrl, 'alter table "Nobody" rename to "User"')
  await host.run('mutation { logOut { ok } }')
  await socket.close()
  streamed.stop()

  expect(log.split('\n').filter(line => line.includes('"msg":"request"')).length).toBeGreaterThan(
    20,
  )
  expect(log.match(/a request failed/g)?.length).toBeGreaterThanOrEqual(9)
  for (const [name, secret] of Object.entries(secrets))
    expect(log.includes(secret), `${name} is in the log`).toBe(false)
  expect(log).not.toContain('$argon2')
  const [{ hash } = {}] = await sql(
    world.databaseUrl,
    'select encode("tokenHash", \'hex\') as hash from "ApiKey" limit 1',
  )
  expect(log).not.toContain(String(hash))
})

it('writes nothing that opens something into the log, in the path or query of whichever route it comes', async () => {
  const host = await givenHost(world, { password: PASSWORD })
  const eventType = await givenEventType(host)
  const booked = await givenBooking(world.visitor, eventType, '2026-03-04T09:00:00Z')
  const held = await world.visitor.run(
    'mutation ($input: ReserveSlotInput!) { reserveSlot(input: $input) { reservation { id } } }',
    { input: { eventType: { id: eventType }, start: '2026-03-04T10:00:00Z' } },
  )
  const made = await host.run(
    `mutation ($id: ID!) {
      createBookingLink(input: { eventTypeId: $id }) { link { token } }
      createApiKey(input: { label: "Sync" }) { secret }
    }`,
    { id: eventType },
  )
  const eventTypeId = at(
    await host.run('query ($id: ID!) { eventType(id: $id) { databaseId } }', { id: eventType }),
    'eventType.databaseId',
  )
  const ofCalcom = await fetch(`${world.url}/v2/bookings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'cal-api-version': '2024-08-13' },
    body: JSON.stringify({
      eventTypeId,
      start: '2026-03-04T11:00:00Z',
      attendee: { name: 'Ann', email: 'ann@example.org', timeZone: 'UTC' },
    }),
  })
  const app = await givenApp(host)
  const code = await codeFor(host, app)
  const tokens = tokensIn((await post(world.url, '/oauth/token', redemption(app, code))).body)
  const secrets: Record<string, string> = {
    'link of an invitee': booked.token,
    "uid of a booking in Cal.com's dialect": textAt(await ofCalcom.json(), 'data.uid'),
    reservation: textAt(held, 'reserveSlot.reservation.id'),
    'token of a booking link': textAt(made, 'createBookingLink.link.token'),
    'API key': textAt(made, 'createApiKey.secret'),
    session: (host.headers.cookie ?? '').replace('session=', ''),
    'access token': tokens.accessToken,
    'refresh token': tokens.refreshToken,
    'secret of an app': app.secret,
    'authorization code': code,
  }
  const routes = [
    ...dialects.flatMap(({ bases, routes }) =>
      routes.map(({ method, path, versions }) => ({
        method,
        path: `${bases[0] === '/' ? '' : bases[0]}${path}`,
        version: versions?.[0],
      })),
    ),
    ...[
      '/booking/:token',
      '/cancellations/:token',
      '/reschedulings/:token',
      '/d/:token/:type',
      '/d/:token/:type/:start',
    ]
      .concat(
        '/:page',
        '/:page/:type',
        '/nowhere/:token',
        '/graphql/:token',
        '/oauth/:token',
        '/healthz/:token',
      )
      .flatMap(path => ['GET', 'POST'].map(method => ({ method, path, version: undefined }))),
  ].filter(({ path }) => path.includes(':'))
  expect(routes.length).toBeGreaterThan(100)

  // One request for each parameter of a route, each with the next secret: every secret comes on
  // many routes.
  const before = log.length
  let turn = 0
  const next = () => Object.values(secrets)[turn++ % Object.keys(secrets).length] ?? ''
  for (const { method, path, version } of routes) {
    const filled = path.replace(/:\w+(\{[^}]*\})?/g, next)
    const answer = await fetch(`${world.url}${filled}?token=${next()}`, {
      method,
      headers: {
        'x-api-key': 'cal_wrong',
        ...(version !== undefined && { 'cal-api-version': version }),
      },
      redirect: 'manual',
    })
    await answer.arrayBuffer()
  }
  const logged = log.slice(before)
  expect(logged.match(/"msg":"request"/g)?.length).toBe(routes.length)
  for (const [name, secret] of Object.entries(secrets)) {
    const line = logged.split('\n').find(each => each.includes(secret))
    expect(line, `${name} is in the log`).toBeUndefined()
  }
})
