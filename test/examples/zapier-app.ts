// The Zapier integration, run by Zapier's own platform code, for an account that connected to it.

import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { type Bundle, createAppTester, type Request, type ZObject } from 'zapier-platform-core'
import { z } from 'zod'
import authentication from '../../examples/zapier/authentication.js'
import app from '../../examples/zapier/index.js'
import { answerIn, outcomeHere } from '../helpers/commands.ts'
import { browserOf, CHALLENGE, VERIFIER } from '../helpers/oauth.ts'
import type { Received } from '../helpers/receiver.ts'
import { type Client, givenHost, SECRET_KEY, textAt, type World } from '../helpers/world.ts'

/**
 * What the platform runs: a function of the integration, whatever fields it reads, or a request
 * that it describes.
 */
type Act = { perform(z: ZObject, bundle: Bundle): unknown }['perform'] | Request

const tester = createAppTester(app)

/** Runs a part of the integration, as the platform would. */
export function run(act: Act | undefined, bundle: object): Promise<unknown> {
  if (act === undefined) throw new Error('the integration has no such part')
  return withOwnFetch(() => (typeof act === 'function' ? tester(act, bundle) : tester(act, bundle)))
}

/** The platform replaces the global `fetch`, which other tests in this process use. */
export async function withOwnFetch<T>(work: () => Promise<T>): Promise<T> {
  const { fetch } = globalThis
  try {
    return await work()
  } finally {
    globalThis.fetch = fetch
  }
}

const Tokens = z.looseObject({ access_token: z.string(), refresh_token: z.string() })

/** What the platform keeps of a connected account. */
export type AuthData = z.output<typeof Tokens>

/**
 * Registers Zapier at a gateway, with the command of the integration's page, and sets the
 * environment. Answers the redirect URI.
 */
export async function registered(world: World): Promise<string> {
  await givenHost(world)
  const page = await readFile('examples/zapier/README.md', 'utf8')
  const [, command = ''] = /npm run -s meridian -- (oauth-client create .*)/.exec(page) ?? []
  const args = command.replace('…', '123').split(' ')
  const made = answerIn(
    await outcomeHere(args, { DATABASE_URL: world.databaseUrl, MERIDIAN_SECRET_KEY: SECRET_KEY }),
  )
  const [id, secret] = [textAt(made, 'client_id'), textAt(made, 'client_secret')]
  Object.assign(process.env, { BASE_URL: world.url, CLIENT_ID: id, CLIENT_SECRET: secret })
  return z
    .literal('https://zapier.com/dashboard/auth/oauth/return/App123CLIAPI/')
    .parse(args.at(-1))
}

/**
 * Connects a host's account as Zapier does: their browser, our consent page, the code, the tokens.
 */
export async function connect(host: Client, redirectUri: string): Promise<AuthData> {
  const { authorizeUrl, getAccessToken } = authentication.oauth2Config
  const asked = { redirect_uri: redirectUri, state: 'a state of Zapier' }
  const url = new URL(z.string().parse(await run(authorizeUrl, { inputData: asked })))
  // With `enablePkce` the platform adds these.
  url.searchParams.set('code_challenge', CHALLENGE)
  url.searchParams.set('code_challenge_method', 'S256')

  const browser = browserOf(host.headers.cookie)
  const page = await browser.open(url.href)
  const { location } =
    page.location === undefined ? await browser.submit(page, { act: 'allow' }) : page
  expect(`${location?.origin}${location?.pathname}`).toBe(redirectUri)
  expect(location?.searchParams.get('state')).toBe(asked.state)

  const code = location?.searchParams.get('code')
  return Tokens.parse(
    await run(getAccessToken, { inputData: { ...asked, code, code_verifier: VERIFIER } }),
  )
}

/** New tokens for an account whose access token is not valid any more. */
export const refreshed = async (authData: AuthData): Promise<AuthData> =>
  Tokens.parse(await run(authentication.oauth2Config.refreshAccessToken, { authData }))

/** A delivery as the platform hands it on, which writes the names of headers in its own way. */
export const delivered = ({ method, headers, body, json }: Received) => ({
  rawRequest: {
    method,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [zapiersName(name), value]),
    ),
    content: body,
  },
  cleanedRequest: json,
})

const zapiersName = (name: string): string =>
  ['http', ...name.split('-')].map(word => word.slice(0, 1).toUpperCase() + word.slice(1)).join('-')

/** An error as the platform hands it on: the texts of ours are JSON. */
export async function apiErrorOf(
  running: Promise<unknown>,
): Promise<{ name: string; message: string; [key: string]: unknown }> {
  try {
    await running
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const told = z.looseObject({ message: z.string() }).safeParse(jsonIn(error.message))
    return { message: error.message, ...told.data, name: error.name }
  }
  throw new Error('was not refused')
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The names of all fields, those inside others with two underscores, as Zapier writes them. */
export const fieldsIn = (value: object, prefix = ''): string[] =>
  Object.entries(value).flatMap(([key, each]) =>
    typeof each === 'object' && each !== null
      ? fieldsIn(each, `${prefix}${key}__`)
      : [`${prefix}${key}`],
  )

/** The names of fields that are described. */
export const keysOf = (fields: unknown): string[] =>
  z
    .array(z.object({ key: z.string() }))
    .parse(fields)
    .map(({ key }) => key)

/** What triggers and searches answer. */
export const Things = z.array(z.looseObject({ id: z.string() }))
