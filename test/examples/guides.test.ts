// The guides for Make and n8n: what they say to fill in is filled in, and what they say to send is
// sent, to a gateway.

import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { answerIn, outcomeHere } from '../helpers/commands.ts'
import { type App, codeFor, credentialsOf, post, tokensIn, VERIFIER } from '../helpers/oauth.ts'
import { givenReceiver, type Receiver } from '../helpers/receiver.ts'
import {
  at,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  SECRET_KEY,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let receiver: Receiver
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  await givenHost(world)
})
afterAll(() => world.end())
beforeEach(async () => {
  receiver = await givenReceiver()
  host = await givenHost(world)
})
afterEach(() => receiver.close())

/** A request of a guide. */
interface Call {
  method: string
  url: string
  headers: Record<string, string>
  body: string | undefined
}

const pageOf = (name: string) => readFile(`examples/${name}/README.md`, 'utf8')

/** The requests that a page prints, in its order. */
function callsIn(page: string): Call[] {
  const blocks = [...page.matchAll(/^( *)```http\n([\s\S]*?)^ *```$/gm)]
  return blocks.map(([, indent = '', text = '']) => {
    const [head = '', ...body] = text
      .replaceAll(new RegExp(`^${indent}`, 'gm'), '')
      .trim()
      .split('\n\n')
    const [line = '', ...headers] = head.split('\n')
    const [method = '', url = ''] = line.split(' ')
    return {
      method,
      url,
      headers: Object.fromEntries(headers.map(header => header.split(': '))),
      body: body.length === 0 ? undefined : body.join('\n\n'),
    }
  })
}

const Named = z
  .object({ parameters: z.array(z.object({ name: z.string(), value: z.string() })) })
  .transform(({ parameters }) =>
    Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
  )
const HttpNode = z.object({
  name: z.string(),
  type: z.literal('n8n-nodes-base.httpRequest'),
  parameters: z.object({
    method: z.string(),
    url: z.string(),
    authentication: z.literal('genericCredentialType'),
    genericAuthType: z.literal('oAuth2Api'),
    queryParameters: Named.optional(),
    headerParameters: Named.optional(),
    jsonBody: z.string().optional(),
  }),
})
const Workflow = z.object({
  nodes: z.array(z.looseObject({ name: z.string(), type: z.string() })),
  connections: z.record(
    z.string(),
    z.object({ main: z.array(z.array(z.object({ node: z.string() }))) }),
  ),
})

const workflow = Workflow.parse(JSON.parse(await readFile('examples/n8n/workflow.json', 'utf8')))

/**
 * The requests of the workflow by the names of their nodes, in the order in which one can make
 * them.
 */
function callsOfWorkflow(): Call[] {
  const order = [
    'List event types',
    'Subscribe',
    'Create booking',
    'Find bookings',
    'Find contact',
    'Cancel booking',
  ]
  const nodes = workflow.nodes.flatMap(node => HttpNode.safeParse(node).data ?? [])
  expect(nodes.map(({ name }) => name).toSorted()).toEqual([...order, 'Unsubscribe'].toSorted())
  return [...order, 'Unsubscribe'].flatMap(name => {
    const { parameters } = nodes.find(node => node.name === name) ?? {}
    if (parameters === undefined) return []
    const query = new URLSearchParams(parameters.queryParameters).toString()
    return {
      method: parameters.method,
      url: query === '' ? parameters.url : `${parameters.url}?${query}`,
      headers: parameters.headerParameters ?? {},
      body: parameters.jsonBody,
    }
  })
}

/** Rows of the page's table of fields. */
const fieldsIn = (page: string) =>
  new Map(
    [...page.matchAll(/^\| ([A-Z][\w ]+) \| (.*) \|$/gm)].map(([, field = '', value = '']) => [
      field,
      value,
    ]),
  )

/** What stands in code in a value. */
const codes = (value = ''): string[] =>
  [...value.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

/**
 * Connects an account as a page says: registers with its command, and fills in the fields of its
 * table.
 */
async function tokenFrom(
  page: string,
  names: { authorize: string; token: string },
): Promise<string> {
  const [, command = ''] = /npm run -s meridian -- (oauth-client create .*)/.exec(page) ?? []
  const args = command.split(' ')
  const made = answerIn(
    await outcomeHere(args, { DATABASE_URL: world.databaseUrl, MERIDIAN_SECRET_KEY: SECRET_KEY }),
  )
  const fields = fieldsIn(page)
  const app = {
    id: textAt(made, 'client_id'),
    secret: textAt(made, 'client_secret'),
    redirectUri: args.at(-1) ?? '',
  }
  const metadata: unknown = await (
    await fetch(`${world.url}/.well-known/oauth-authorization-server`)
  ).json()
  const ours = (value: string | undefined) =>
    codes(value)[0]?.replace('https://cal.example.com', world.url)
  expect(ours(fields.get(names.authorize))).toBe(at(metadata, 'authorization_endpoint'))
  expect(ours(fields.get(names.token))).toBe(`${world.url}/api/oauth/token`)
  return redeem(app, codes(fields.get('Scope')).join(' '), fields.get('Grant Type') === 'PKCE')
}

/** Gets a token as n8n does, with PKCE and Basic, or as Make does, with neither. */
async function redeem(app: App, scope: string, isPkce: boolean): Promise<string> {
  const unproven = { code_challenge: undefined, code_challenge_method: undefined }
  const code = await codeFor(host, app, { scope, ...(!isPkce && unproven) })
  const form = { grant_type: 'authorization_code', code, redirect_uri: app.redirectUri }
  const basic = `Basic ${Buffer.from(`${app.id}:${app.secret}`).toString('base64')}`
  const { body } = isPkce
    ? await post(
        host.url,
        '/api/oauth/token',
        { ...form, code_verifier: VERIFIER },
        { authorization: basic },
      )
    : await post(host.url, '/api/oauth/token', { ...form, ...credentialsOf(app) })
  return tokensIn(body).accessToken
}

/**
 * Sends what a guide says, with ids of what is there in place of `et_…`, `bk_…`, `hk_…`, and a
 * receiver of ours.
 */
async function follow(calls: Call[], token: string) {
  const eventType = await givenEventType(host, {
    name: 'Advice',
    bookingWindow: { kind: 'UNLIMITED' },
  })
  const ids: Record<string, string> = { et: eventType }
  const answers: { call: Call; status: number; body: unknown }[] = []
  for (const call of calls) {
    const filled = (text: string) =>
      text
        .replace('https://cal.example.com', world.url)
        .replace(/https:\/\/(hook\.eu2\.make\.com|n8n\.example\.com)[^"]*/, receiver.url)
        .replace(/\b(et|bk|hk)_…/g, (_all, kind: string) => ids[kind] ?? 'missing')
    const response = await fetch(filled(call.url), {
      method: call.method,
      headers: {
        ...call.headers,
        authorization: `Bearer ${token}`,
        ...(call.body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(call.body !== undefined && { body: filled(call.body) }),
    })
    const text = await response.text()
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    answers.push({ call, status: response.status, body })
    expect(response.ok, `${call.method} ${call.url}: ${text}`).toBe(true)
    if (call.method === 'POST') {
      const id = textAt(body, 'id')
      ids[id.slice(0, 2)] = id
    }
  }
  return answers
}

const Routes = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })

describe.each([
  {
    name: 'make',
    authorize: 'Authorize URI',
    token: 'Token URI',
    calls: async () => callsIn(await pageOf('make')),
  },
  {
    name: 'n8n',
    authorize: 'Authorization URL',
    token: 'Access Token URL',
    calls: async () => callsOfWorkflow(),
  },
])('the guide for $name', ({ name, calls: callsOf, ...names }) => {
  it('connects an account, which then does all that the guide sends', async () => {
    const calls = await callsOf()
    const token = await tokenFrom(await pageOf(name), names)
    const answers = await follow(calls, token)
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      200, 200, 200, 200, 201, 201, 204,
    ])
    for (const { call, body } of answers) {
      if (call.method === 'GET') expect(at(body, 'data'), call.url).toHaveLength(1)
    }
  })

  it('sends what the reference of the server has', async () => {
    const { paths } = Routes.parse(await (await fetch(`${world.url}/api/v1/openapi.json`)).json())
    for (const { method, url } of await callsOf()) {
      const path = new URL(url).pathname.replace('/api/v1', '').replace(/\/\w\w_%E2%80%A6/, '/{id}')
      expect(Object.keys(paths[path] ?? {}), path).toContain(method.toLowerCase())
    }
  })

  it('tells how to see that a delivery was signed', async () => {
    const page = await pageOf(name)
    const calls = (await callsOf()).filter(
      ({ method, url }) => method === 'POST' && /hooks$|bookings$/.test(url),
    )
    const subscribeFirst = calls.toSorted((a, b) => b.url.localeCompare(a.url))
    const answers = await follow(subscribeFirst, await tokenFrom(page, names))
    const { headers, body } = await receiver.next()
    const signature = `sha256=${createHmac('sha256', textAt(answers[0]?.body, 'secret')).update(body).digest('hex')}`
    expect(headers['x-calendarpa-signature']).toBe(signature)
    expect(name === 'n8n' ? JSON.stringify(workflow) : page).toContain('x-calendarpa-signature')
  })
})

describe('the workflow for n8n', () => {
  it('has the nodes that its page names, and connects those that are there', async () => {
    const rows = [...(await pageOf('n8n')).matchAll(/^\| (.*) \| .*\|$/gm)].map(([, names = '']) =>
      names.split(', '),
    )
    const named = rows.flat().filter(each => workflow.nodes.some(({ name }) => name === each))
    expect(named.toSorted()).toEqual(workflow.nodes.map(({ name }) => name).toSorted())
    const ends = Object.entries(workflow.connections).flatMap(([from, { main }]) => [
      from,
      ...main.flat().map(to => to.node),
    ])
    for (const end of ends) expect(named).toContain(end)
  })
})
