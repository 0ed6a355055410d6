import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { requirePort } from '../src/cli/port.ts'
import { readConfig } from '../src/config.ts'
import { defaultLimits } from '../src/rate-limits/table.ts'

describe('demo data', () => {
  it.each([
    [true, {}],
    [true, { HOST: 'localhost' }],
    [true, { HOST: '127.0.0.2' }],
    [true, { HOST: '::1' }],
    [false, { HOST: '0.0.0.0' }],
    [false, { HOST: '::' }],
    [false, { HOST: '192.168.1.2' }],
    [false, { HOST: '127.0.0.1.example.com' }],
    [true, { HOST: '0.0.0.0', MERIDIAN_DEMO: 'on' }],
    [false, { MERIDIAN_DEMO: 'off' }],
    [false, { NODE_ENV: 'production' }],
    [false, { NODE_ENV: 'production', MERIDIAN_DEMO: 'on' }],
  ])('are %s with %j', (demo, env) => {
    expect(readConfig(env).demo).toBe(demo)
  })
})

describe('the plan of new accounts', () => {
  it('is PRO unless the operator says otherwise', () => {
    expect(readConfig({}).defaultPlan).toBe('PRO')
    expect(readConfig({ MERIDIAN_DEFAULT_PLAN: 'FREE' }).defaultPlan).toBe('FREE')
    expect(() => readConfig({ MERIDIAN_DEFAULT_PLAN: 'free' })).toThrow(
      'MERIDIAN_DEFAULT_PLAN: must be FREE or PRO',
    )
  })
})

describe('the language model', () => {
  const env = {
    MERIDIAN_AI_URL: 'https://ai.example.com/v1/',
    MERIDIAN_AI_MODEL: 'small',
    MERIDIAN_AI_KEY: 'sk-1',
  }

  it('is none unless its three settings are there', () => {
    expect(readConfig({}).languageModel).toBeUndefined()
    expect(readConfig(env).languageModel).toEqual({
      url: 'https://ai.example.com/v1',
      name: 'small',
      key: 'sk-1',
    })
  })

  it('cannot be told by halves, or by a key that no header can hold', () => {
    expect(() => readConfig({ ...env, MERIDIAN_AI_KEY: '' })).toThrow(
      'MERIDIAN_AI_KEY: is missing: MERIDIAN_AI_URL, MERIDIAN_AI_MODEL, MERIDIAN_AI_KEY belong together',
    )
    expect(() => readConfig({ MERIDIAN_AI_MODEL: 'small' })).toThrow('MERIDIAN_AI_URL: is missing')
    expect(() => readConfig({ ...env, MERIDIAN_AI_KEY: 'sk\n1' })).toThrow(
      'MERIDIAN_AI_KEY: must be one word',
    )
    expect(() => readConfig({ ...env, MERIDIAN_AI_URL: 'ai.example.com' })).toThrow(
      'MERIDIAN_AI_URL: must be',
    )
  })
})

describe('the role of a gateway', () => {
  it.each([
    [['web', 'worker'], {}],
    [['web', 'worker'], { MERIDIAN_ROLE: '' }],
    [['web'], { MERIDIAN_ROLE: 'web' }],
    [['worker'], { MERIDIAN_ROLE: 'worker' }],
    [['web', 'worker'], { MERIDIAN_ROLE: 'web,worker' }],
    [['web', 'worker'], { MERIDIAN_ROLE: ' worker , web ' }],
    [['web'], { MERIDIAN_ROLE: 'web,web,' }],
  ])('is %j with %j', (roles, env) => {
    expect([...readConfig(env).roles].sort()).toEqual(roles)
  })

  it.each(['all', 'Web', 'web;worker', 'web worker', 'web,api', 'none', '1'])(
    'cannot be %j',
    MERIDIAN_ROLE => {
      expect(() => readConfig({ MERIDIAN_ROLE })).toThrow(
        /^These settings are wrong:\n {2}MERIDIAN_ROLE[.\d]*: must be web, worker, or both with a comma$/,
      )
    },
  )

  it('cannot be nothing', () => {
    for (const MERIDIAN_ROLE of [',', ' ', ' , ']) {
      expect(() => readConfig({ MERIDIAN_ROLE })).toThrow(
        'MERIDIAN_ROLE: must be web, worker, or both with a comma',
      )
    }
  })
})

describe('receivers of hooks', () => {
  it.each([
    [false, {}],
    [false, { MERIDIAN_ALLOW_PRIVATE_HOOKS: '' }],
    [false, { MERIDIAN_ALLOW_PRIVATE_HOOKS: '0' }],
    [true, { MERIDIAN_ALLOW_PRIVATE_HOOKS: '1' }],
    [true, { MERIDIAN_ALLOW_PRIVATE_HOOKS: '1', NODE_ENV: 'production' }],
  ])('may be private: %s with %j', (allowPrivate, env) => {
    expect(readConfig(env).receivers.allowPrivate).toBe(allowPrivate)
  })

  it.each(['true', 'yes', 'on', '2', '01', ' 1', '-1'])(
    'are neither allowed nor refused by %j',
    value => {
      expect(() => readConfig({ MERIDIAN_ALLOW_PRIVATE_HOOKS: value })).toThrow(
        /^These settings are wrong:\n {2}MERIDIAN_ALLOW_PRIVATE_HOOKS: must be 0 or 1$/,
      )
    },
  )

  it.each([
    [true, { NODE_ENV: 'production' }],
    [false, {}],
    [false, { NODE_ENV: 'development' }],
    [false, { NODE_ENV: 'test' }],
  ])('must speak https: %s with %j', (httpsOnly, env) => {
    expect(readConfig(env).receivers.httpsOnly).toBe(httpsOnly)
  })
})

describe('origins whose pages may send the session cookie', () => {
  const https = { PUBLIC_URL: 'https://cal.example.com' }
  const http = { PUBLIC_URL: 'http://cal.example.com' }

  it.each([
    ['https://dash.other.org', https],
    ['http://dash.example.com', https],
    ['https://app.example.com,https://dash.other.org/', https],
    ['http://app.example.com:3000', http],
    ['http://app.example.co.uk', { PUBLIC_URL: 'http://cal.example.co.uk' }],
    ['http://localhost:5173,http://127.0.0.1:5173', {}],
    ['http://localhost:5173', { HOST: '0.0.0.0' }],
    ['http://10.0.0.5:3000', { HOST: '10.0.0.5' }],
  ] satisfies [string, Record<string, string>][])(
    'can be %s with %j',
    (MERIDIAN_CORS_ORIGINS, env) => {
      expect(readConfig({ MERIDIAN_CORS_ORIGINS, ...env }).corsOrigins).toEqual(
        MERIDIAN_CORS_ORIGINS.split(',').map(origin => origin.replace(/\/$/, '')),
      )
    },
  )

  it.each([
    ['http://dash.other.org', http],
    ['https://app.example.com', http],
    ['http://b.co.uk', { PUBLIC_URL: 'http://a.co.uk' }],
    ['http://10.0.0.6', { PUBLIC_URL: 'http://10.0.0.5' }],
    ['http://dash.other.org', {}],
    ['http://dash.other.org', { HOST: '0.0.0.0' }],
  ] satisfies [string, Record<string, string>][])(
    'cannot be %s, of another site, with %j',
    (origin, env) => {
      expect(() => readConfig({ MERIDIAN_CORS_ORIGINS: origin, ...env })).toThrow(
        `MERIDIAN_CORS_ORIGINS: ${origin} is of another site than`,
      )
    },
  )

  it.each(['dash.other.org', 'https://dash.other.org/app', 'ftp://dash.other.org', '*', 'null'])(
    'cannot be %j, which is no origin',
    MERIDIAN_CORS_ORIGINS => {
      expect(() => readConfig({ MERIDIAN_CORS_ORIGINS, ...https })).toThrow(
        /MERIDIAN_CORS_ORIGINS[.\d]*: must be origins such as/,
      )
    },
  )
})

describe('trusted proxies', () => {
  const trusts = (
    MERIDIAN_TRUSTED_PROXIES: string,
    address: string,
    version: 'ipv4' | 'ipv6' = 'ipv4',
  ) => readConfig({ MERIDIAN_TRUSTED_PROXIES }).trustedProxies.check(address, version)

  it('are none unless the operator names them, by address or range', () => {
    expect(readConfig({}).trustedProxies.rules).toEqual([])
    expect(trusts('', '127.0.0.1')).toBe(false)
    expect(trusts('10.0.0.1', '10.0.0.1')).toBe(true)
    expect(trusts('10.0.0.1', '10.0.0.2')).toBe(false)
    expect(trusts('192.168.0.0/16, 10.0.0.0/8', '10.255.0.1')).toBe(true)
    expect(trusts('192.168.0.0/16, 10.0.0.0/8', '11.0.0.1')).toBe(false)
    expect(trusts('fd00::/8', 'fd12::1', 'ipv6')).toBe(true)
    expect(trusts('fd00::/8', '2001:db8::1', 'ipv6')).toBe(false)
  })

  it.each([
    'proxy.example',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0',
    '10.0.0.0/a',
    '*',
    '10.0.0.1;10.0.0.2',
  ])('cannot be %j', MERIDIAN_TRUSTED_PROXIES => {
    expect(() => readConfig({ MERIDIAN_TRUSTED_PROXIES })).toThrow(
      'MERIDIAN_TRUSTED_PROXIES: must be IP addresses, or ranges such as 10.0.0.0/8, with commas',
    )
  })
})

describe('the limits of live connections', () => {
  it('leave room for the dashboards of a company behind one address, unless the operator says otherwise', () => {
    expect(readConfig({}).live).toEqual({
      socketsPerAddress: 5_000,
      anonymousSocketsPerAddress: 500,
      socketsPerAccount: 2_500,
      subscriptionsPerAccount: 2_500,
      stalledMs: 30_000,
    })
    expect(
      readConfig({ MERIDIAN_SOCKETS_PER_ACCOUNT: '7', MERIDIAN_STALLED_SECONDS: '5' }).live,
    ).toMatchObject({
      socketsPerAccount: 7,
      stalledMs: 5_000,
    })
  })

  it.each(['0', '-1', '1.5', 'many'])('cannot be %j', MERIDIAN_SOCKETS_PER_ADDRESS => {
    expect(() => readConfig({ MERIDIAN_SOCKETS_PER_ADDRESS })).toThrow(
      'MERIDIAN_SOCKETS_PER_ADDRESS',
    )
  })
})

describe('the limits on requests', () => {
  it('have the defaults of the table where the operator names no other numbers', () => {
    expect(readConfig({}).limits).toEqual(defaultLimits)
    const { limits } = readConfig({ MERIDIAN_RATE_LIMITS: 'graphPerAddress=5, bookingsPerHour=50' })
    expect(limits).toEqual({
      ...defaultLimits,
      graphPerAddress: { requests: 5, seconds: 60 },
      bookingsPerHour: { requests: 50, seconds: 3_600 },
    })
  })

  it('take the number of `all` where they are not named, and keep their windows', () => {
    const { limits } = readConfig({ MERIDIAN_RATE_LIMITS: 'all=900,logInFailures=7' })
    expect(limits.logInFailures).toEqual({ requests: 7, seconds: 60 })
    for (const [name, { requests, seconds }] of Object.entries(limits)) {
      if (name !== 'logInFailures') expect([name, requests]).toEqual([name, 900])
      expect(seconds).toBe(
        Object.entries(defaultLimits).find(([each]) => each === name)?.[1].seconds,
      )
    }
  })

  it.each([
    'graphPerAddress',
    'graphPerAddress=0',
    'graphPerAddress=-1',
    'graphPerAddress=many',
    'none=5',
    '5',
    'toString=5',
  ])('cannot be %j', MERIDIAN_RATE_LIMITS => {
    expect(() => readConfig({ MERIDIAN_RATE_LIMITS })).toThrow(
      `MERIDIAN_RATE_LIMITS: must be names of limits with numbers of requests, such as bookingsPerHour=50,slotsPerAddress=1000; not ${MERIDIAN_RATE_LIMITS}`,
    )
  })
})

describe('a setting that is not known', () => {
  it('is refused with the nearest name', () => {
    expect(() => readConfig({ MERIDIAN_DATADIR: '/data' })).toThrow(
      'MERIDIAN_DATADIR: is not a setting; the nearest name is MERIDIAN_DATA_DIR',
    )
  })

  it('is accepted where the command line or the examples read it, and without the prefix', () => {
    expect(() =>
      readConfig({ MERIDIAN_API_KEY: 'x', MERIDIAN_URL: 'http://127.0.0.1', OTHER: 'x' }),
    ).not.toThrow()
  })
})

describe('a number', () => {
  it.each([
    ['PORT', 'eighty', 'must be a whole number from 0 to 65535'],
    ['PORT', '65536', 'must be a whole number from 0 to 65535'],
    ['MERIDIAN_POOL_SIZE', '1', 'must be a whole number from 2 to 500'],
    ['MERIDIAN_STOP_DELAY_MS', '1.5', 'must be a whole number from 0 to 120000'],
    ['LOG_LEVEL', 'loud', 'must be one of fatal, error, warn, info, debug, trace, silent'],
  ])('%s=%s is refused with what is allowed', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(`${name}: ${message}`)
  })
})

describe('a port that cannot be used', () => {
  it('is reported in one line that names the setting, before anything starts', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await expect(requirePort({ port, host: '127.0.0.1' })).rejects.toThrow(
      `PORT: 127.0.0.1:${port} is taken by another program; choose another port.`,
    )
    taken.close()
    await expect(requirePort({ port: 0, host: '192.0.2.1' })).rejects.toThrow(
      'HOST: 192.0.2.1:0 is not an address of this machine; use one of its addresses, or 0.0.0.0.',
    )
    await expect(requirePort({ port: 0, host: '127.0.0.1' })).resolves.toBeUndefined()
  })
})
