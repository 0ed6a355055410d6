// The Zapier integration, run by Zapier's own platform code, for an account that connected to it.

import { expect } from 'vitest'
import { type Bundle, createAppTester, type Request, type ZObject } from 'zapier-platform-core'
import { z } from 'zod'
import authentication from '../../examples/zapier/authentication.js'
import app from '../../examples/zapier/index.js'
import { type App, browserOf, CHALLENGE, VERIFIER } from '../helpers/oauth.ts'
import type { Received } from '../helpers/receiver.ts'
import type { Client } from '../helpers/world.ts'

/** What the platform runs: a function of the integration, whatever fields it reads, or a request that it describes. */
type Act = { perform(z: ZObject, bundle: Bundle): unknown }['perform'] | Request

const tester = createAppTester(app)

/** Runs a part of the integration, as the platform would. */
export function run(act: Act | undefined, bundle: object): Promise<unknown> {
  if (act === undefined) throw new Error('the integration has no such part')
  return typeof act === 'function' ? tester(act, bundle) : tester(act, bundle)
}

const Tokens = z.looseObject({ access_token: z.string(), refresh_token: z.string() })

/** What the platform keeps of a connected account. */
export type AuthData = z.output<typeof Tokens>

/** Lets people connect to a gateway, through an app that is registered there. */
export function setEnvironment(url: string, { id, secret }: Pick<App, 'id' | 'secret'>): void {
  Object.assign(process.env, { BASE_URL: url, CLIENT_ID: id, CLIENT_SECRET: secret })
}

/** Connects a host's account as Zapier does: their browser, our consent page, the code, the tokens. */
export async function connect(host: Client, redirectUri: string): Promise<AuthData> {
  const { authorizeUrl, getAccessToken } = authentication.oauth2Config
  const asked = { redirect_uri: redirectUri, state: 'a state of Zapier' }
  const url = new URL(z.string().parse(await run(authorizeUrl, { inputData: asked })))
  // With `enablePkce` the platform adds these.
  url.searchParams.set('code_challenge', CHALLENGE)
  url.searchParams.set('code_challenge_method', 'S256')

  const browser = browserOf(host.headers.cookie)
  const page = await browser.open(url.href)
  const { location } = page.location === undefined ? await browser.submit(page, { act: 'allow' }) : page
  expect(`${location?.origin}${location?.pathname}`).toBe(redirectUri)
  expect(location?.searchParams.get('state')).toBe(asked.state)

  const code = location?.searchParams.get('code')
  return Tokens.parse(await run(getAccessToken, { inputData: { ...asked, code, code_verifier: VERIFIER } }))
}

/** New tokens for an account whose access token is not valid any more. */
export const refreshed = async (authData: AuthData): Promise<AuthData> =>
  Tokens.parse(await run(authentication.oauth2Config.refreshAccessToken, { authData }))

/** A delivery as the platform hands it on, which writes the names of headers in its own way. */
export const delivered = ({ method, headers, body, json }: Received) => ({
  rawRequest: {
    method,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [zapiersName(name), value])),
    content: body,
  },
  cleanedRequest: json,
})

const zapiersName = (name: string): string =>
  ['http', ...name.split('-')].map(word => word.slice(0, 1).toUpperCase() + word.slice(1)).join('-')

/** An error as the platform hands it on: the texts of ours are JSON. */
export async function refusalOf(
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
