import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isKeyScope, scopes } from '../../src/scopes.ts'
import {
  type App,
  authorizeUrl,
  type Browser,
  browserOf,
  givenApp,
  type Page,
} from '../helpers/oauth.ts'
import {
  clientOf,
  type GivenHost,
  givenHost,
  givenWorld,
  listAt,
  plenty,
  textAt,
  type World,
} from '../helpers/world.ts'

const PASSWORD = 'correct horse battery'

let world: World
let host: GivenHost
let app: App

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world, { name: 'Hanna Host', password: PASSWORD })
  app = await givenApp(host, { name: 'Sync & <b>Co</b>' })
})
afterAll(() => world.end())

const inSession = () => browserOf(host.headers.cookie)
const titleOf = ({ text }: Page) => /<h1>([^<]*)<\/h1>/.exec(text)?.[1]
const grants = async (who = host) =>
  listAt(await who.run('{ authorizedApps { edges { node { id } } } }'), 'authorizedApps.edges')
    .length

describe('a visitor', () => {
  it('logs in, allows the app, and goes back to it with a code', async () => {
    const fresh = await givenApp(host)
    const browser = browserOf()
    const start = authorizeUrl(world.url, fresh)
    const logIn = await browser.open(start)
    expect(logIn.status).toBe(200)
    expect(titleOf(logIn)).toBe('Log in to continue to Sync')

    const loggedIn = await browser.submit(logIn, {
      act: 'logIn',
      email: host.email,
      password: PASSWORD,
    })
    expect(loggedIn.status).toBe(303)
    expect(loggedIn.location?.href).toBe(start)
    expect(loggedIn.headers.getSetCookie()[0]).toMatch(
      /^session=mss_\w{40}; Path=\/; HttpOnly; SameSite=Lax/,
    )

    const consent = await browser.open(start)
    expect(titleOf(consent)).toBe('Sync asks for access to your account')
    const back = await browser.submit(consent, { act: 'allow' })
    expect(back.status).toBe(302)
    expect(back.headers.get('cache-control')).toBe('no-store')
    expect(back.headers.get('referrer-policy')).toBe('no-referrer')
    expect(`${back.location?.origin}${back.location?.pathname}`).toBe(fresh.redirectUri)
    expect(Object.fromEntries(back.location?.searchParams ?? [])).toEqual({
      code: expect.stringMatching(/^cpa_ac_\w{40}$/),
      state: 'a state',
      iss: world.url,
    })
  })

  it('is told alike that the password is wrong and that there is no account, and keeps the e-mail', async () => {
    const browser = browserOf()
    const start = await browser.open(authorizeUrl(world.url, app))
    const told = []
    for (const email of [host.email, 'nobody@example.com', 'nobody']) {
      const page = await browser.submit(start, {
        act: 'logIn',
        email,
        password: 'not the password',
      })
      expect(page.status).toBe(403)
      expect(page.text).toContain(`value="${email}"`)
      told.push(page.text.replaceAll(email, ''))
    }
    expect(new Set(told).size).toBe(1)
    expect(told[0]).toContain('role="alert" id="problem">The e-mail or the password is wrong.<')
    expect(browser.cookies.has('session')).toBe(false)
  })

  it('who guesses is held back', async () => {
    const guarded = await givenWorld({
      config: { limits: plenty({ logInFailures: 2 }) },
    })
    const owner = await givenHost(guarded)
    const browser = browserOf()
    const start = await browser.open(authorizeUrl(guarded.url, await givenApp(owner)))
    const guess = () =>
      browser.submit(start, { act: 'logIn', email: owner.email, password: 'a guess' })
    expect([(await guess()).status, (await guess()).status]).toEqual([403, 403])
    const held = await guess()
    expect(held.status).toBe(429)
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(held.text).toContain('Too many requests')
    await guarded.end()
  })
})

describe('a host who is logged in', () => {
  it('reads which app asks, for whose account, for what, and where it leads', async () => {
    const asked = Object.keys(scopes).filter(isKeyScope)
    const { text } = await inSession().open(
      authorizeUrl(world.url, app, { scope: asked.join(' ') }),
    )
    expect(text).toContain(
      '<h1>Sync &amp; &lt;b&gt;Co&lt;/b&gt; asks for access to your account</h1>',
    )
    expect(text).not.toContain('<b>Co')
    expect(text).toContain('Hanna Host')
    expect(text).toContain(host.email)
    expect(text).toContain('app.example')
    for (const scope of asked) expect(text).toContain(`<li>${scopes[scope]}</li>`)
  })

  it('can deny: the app is told, and gets nothing', async () => {
    const browser = inSession()
    const before = await grants()
    const { location } = await browser.submit(await browser.open(authorizeUrl(world.url, app)), {
      act: 'deny',
    })
    expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({
      error: 'access_denied',
      error_description: 'The user denied access.',
      state: 'a state',
      iss: world.url,
    })
    expect(await grants()).toBe(before)
  })

  it('is not asked again for what was allowed, but for anything more', async () => {
    const fresh = await givenApp(host)
    const browser = inSession()
    const ask = (scope: string) => browser.open(authorizeUrl(world.url, fresh, { scope }))
    await browser.submit(await ask('bookings:read contacts:read'), { act: 'allow' })
    for (const scope of ['bookings:read', 'contacts:read', 'contacts:read bookings:read']) {
      const { location } = await ask(scope)
      expect(location?.searchParams.get('code'), scope).toMatch(/^cpa_ac_/)
    }
    expect((await ask('bookings:read bookings:write')).status).toBe(200)
    await browser.submit(await ask('bookings:write'), { act: 'allow' })
    expect((await ask('bookings:read bookings:write contacts:read')).status).toBe(302)

    // Another account has allowed nothing.
    const other = await givenHost(world)
    expect(
      (await browserOf(other.headers.cookie).open(authorizeUrl(world.url, fresh))).status,
    ).toBe(200)
    // And a taken back consent is none.
    const newest = await host.run('{ authorizedApps(first: 1) { edges { node { id } } } }')
    const id = textAt(newest, 'authorizedApps.edges.0.node.id')
    await host.run(
      'mutation ($id: ID!) { endAuthorization(input: { id: $id }) { id: deletedId } }',
      { id },
    )
    expect((await ask('bookings:read')).status).toBe(200)
  })

  it('is asked each time by a public app whose answers go to their own machine', async () => {
    const redirectUris = [
      'http://127.0.0.1/callback',
      'com.example.app:/done',
      'https://app.example/callback',
    ]
    const statuses = async (input: Record<string, unknown>) => {
      const fresh = await givenApp(host, { redirectUris, ...input })
      const browser = inSession()
      const ask = (redirect_uri?: string) =>
        browser.open(authorizeUrl(world.url, fresh, { redirect_uri }))
      await browser.submit(await ask(redirectUris[0]), { act: 'allow' })
      return Promise.all(redirectUris.map(async uri => (await ask(uri)).status))
    }
    expect(await statuses({ isPublic: true })).toEqual([200, 200, 302])
    // Nobody else has the secret of this one.
    expect(await statuses({ isPublic: false })).toEqual([302, 302, 302])
  })

  it('can use another account instead', async () => {
    const own = await givenHost(world, { password: PASSWORD })
    const browser = browserOf(own.headers.cookie)
    const start = authorizeUrl(world.url, app)
    const left = await browser.submit(await browser.open(start), { act: 'logOut' })
    expect(left.status).toBe(303)
    expect(browser.cookies.has('session')).toBe(false)
    expect(await clientOf(world.url, own.headers).run('{ viewer { id } }')).toEqual({
      viewer: null,
    })
    const logIn = await browser.open(start)
    expect(titleOf(logIn)).toMatch(/^Log in/)
    await browser.submit(logIn, { act: 'logIn', email: host.email, password: PASSWORD })
    expect((await browser.open(start)).text).toContain(host.email)
  })

  it('who has a key or token only, and no session, has to log in', async () => {
    const made = await host.run('mutation { createApiKey(input: { label: "Key" }) { secret } }')
    const key = textAt(made, 'createApiKey.secret')
    const ways: Record<string, string>[] = [
      { authorization: `Bearer ${key}` },
      { 'x-api-key': key },
    ]
    for (const headers of ways) {
      expect(titleOf(await browserOf().open(authorizeUrl(world.url, app), headers))).toMatch(
        /^Log in/,
      )
    }
    // Not even as a cookie.
    expect(titleOf(await browserOf(`session=${key}`).open(authorizeUrl(world.url, app)))).toMatch(
      /^Log in/,
    )
  })
})

describe('every page', () => {
  const pages: Record<string, () => Promise<Page>> = {
    'to log in': () => browserOf().open(authorizeUrl(world.url, app)),
    'to consent': () => inSession().open(authorizeUrl(world.url, app)),
    'of an error': () => browserOf().open(`${world.url}/oauth/authorize`),
    'that a login failed': async () => {
      const browser = browserOf()
      return browser.submit(await browser.open(authorizeUrl(world.url, app)), { act: 'logIn' })
    },
    'that a form is not valid': async () => {
      const browser = browserOf()
      return browser.submit(await browser.open(authorizeUrl(world.url, app)), { form_token: 'x' })
    },
  }

  it.each(Object.entries(pages))(
    '%s can be framed, cached and scripted by nobody',
    async (_name, open) => {
      const { headers, text } = await open()
      expect(headers.get('content-type')).toBe('text/html; charset=UTF-8')
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]+=*'; base-uri 'none'; frame-ancestors 'none'$/,
      )
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(text).not.toMatch(/<script|javascript:| on\w+=/i)
    },
  )

  it.each(Object.entries(pages))(
    '%s says its language and title, and labels its fields',
    async (_name, open) => {
      const { text } = await open()
      expect(text).toContain('<html lang="en">')
      expect(text.match(/<h1>/g)).toHaveLength(1)
      expect(/<title>(.+)<\/title>/.exec(text)?.[1]).toBe(/<h1>(.+)<\/h1>/.exec(text)?.[1])
      for (const [, id] of text.matchAll(/<input id="(\w+)"/g))
        expect(text).toContain(`<label for="${id}">`)
    },
  )

  it('shows a hostile request as text', async () => {
    const query = `&"><script>alert(1)</script>='"><img src=x>`
    for (const browser of [browserOf(), inSession()]) {
      const page = await browser.open(`${authorizeUrl(world.url, app)}${query}`)
      expect(page.text).not.toMatch(/<script|<img/)
      const failed = await browser.submit(page, {
        act: 'logIn',
        email: '"><script>',
        password: '<script>',
      })
      expect(failed.text).not.toMatch(/<script|<img/)
    }
  })
})

describe('a form that was not sent from its page', () => {
  let consent: Page
  let browser: Browser
  beforeAll(async () => {
    browser = inSession()
    consent = await browser.open(authorizeUrl(world.url, app))
  })

  /** The answer to it: a refusal that allows nothing. */
  async function expectRefused(page: Page) {
    expect(page.status).toBe(403)
    expect(page.location).toBeUndefined()
    expect(page.headers.getSetCookie().join()).not.toContain('session=')
  }

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'not an origin'])(
    'is refused from %s',
    async origin => expectRefused(await browser.submit(consent, { act: 'allow' }, { origin })),
  )

  it('is refused from a site that may use the session with the graph', async () => {
    const partner = 'https://partner.example'
    const trusting = await givenWorld({ config: { corsOrigins: [partner] } })
    const owner = await givenHost(trusting)
    const there = browserOf(owner.headers.cookie)
    const page = await there.open(authorizeUrl(trusting.url, await givenApp(owner)))
    await expectRefused(await there.submit(page, { act: 'allow' }, { origin: partner }))
    await trusting.end()
  })

  it('is refused without its token, with a made-up one, and with one of another request, session or browser', async () => {
    const other = await givenHost(world)
    const otherBrowser = browserOf(other.headers.cookie)
    const tokenIn = ({ text }: Page) => /name="form_token" value="([^"]*)"/.exec(text)?.[1] ?? ''
    const tokens = [
      '',
      'x'.repeat(43),
      tokenIn(await browser.open(authorizeUrl(world.url, app, { scope: 'bookings:write' }))),
      tokenIn(await otherBrowser.open(authorizeUrl(world.url, app))),
      tokenIn(await inSession().open(authorizeUrl(world.url, app))),
      tokenIn(await browserOf().open(authorizeUrl(world.url, app))),
    ]
    for (const token of tokens) {
      await expectRefused(await browser.submit(consent, { act: 'allow', form_token: token }))
    }
    const without = browserOf(host.headers.cookie)
    await expectRefused(await without.submit(consent, { act: 'allow' }))
  })

  it('logs nobody in', async () => {
    const stranger = browserOf()
    const page = await stranger.open(authorizeUrl(world.url, app))
    const asHost = { act: 'logIn', email: host.email, password: PASSWORD }
    await expectRefused(await browserOf().submit(page, asHost))
    await expectRefused(await stranger.submit(page, asHost, { origin: 'https://evil.example' }))
  })

  it('is good for what it is: the same from the page itself works', async () => {
    const page = await browser.submit(consent, { act: 'allow' })
    expect(page.location?.searchParams.get('code')).toMatch(/^cpa_ac_/)
  })

  it('too long a form is refused', async () => {
    const page = await browser.submit(consent, { act: 'x'.repeat(20_000) })
    expect(page.status).toBe(413)
    expect(page.headers.get('content-type')).toContain('text/html')
  })
})

describe('behind https', () => {
  it('the cookie of the forms goes over https alone', async () => {
    const secure = await givenWorld({ config: { publicUrl: 'https://cal.example' } })
    const owner = await givenHost(secure)
    const { headers } = await browserOf().open(authorizeUrl(secure.url, await givenApp(owner)))
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^oauth_form=\w{40}; Path=\/oauth; HttpOnly; Secure; SameSite=Lax$/),
    ])
    await secure.end()
  })
})
