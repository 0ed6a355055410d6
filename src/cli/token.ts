import { z } from 'zod'
import { findAccount } from '../accounts/operator.ts'
import type { Context } from '../context.ts'
import { invalid, notFound } from '../errors.ts'
import { findClient } from '../oauth/client-auth.ts'
import { createClient, type WithSecret } from '../oauth/clients.ts'
import { tokensWithoutBrowser } from '../oauth/without-browser.ts'
import { actAs } from './act-as.ts'
import { command, flag } from './command.ts'
import { withDeps } from './deps.ts'
import { scopeList } from './scopes.ts'

const OWN_APP = 'Command line'

export const tokenCreate = command({
  about: 'makes an access token of OAuth 2.0, as the code flow would',
  details: `Answers access_token, refresh_token, token_type, expires_in, scope and client_id. Without --client it is a token
for an app of the account's own, "${OWN_APP}"; when that is made for it, client_secret comes too, this once.`,
  flags: z.object({
    email: flag(z.string(), { value: 'ADDRESS', about: 'for whom the token acts' }),
    scopes: flag(scopeList, {
      value: 'SCOPES',
      about: 'what it may do, with spaces: "bookings:read bookings:write"',
    }),
    client: flag(z.string().optional(), {
      value: 'ID',
      about: 'client_id of the app that it is for',
    }),
  }),
  act: ({ email, scopes, client: id }, env) =>
    withDeps(env, async deps => {
      const user = await findAccount(deps, email)
      const ctx = actAs(deps, user.id)
      const { client, secret } =
        id === undefined ? await ownApp(ctx, user.id) : await appOf(ctx, id)
      const beyond = scopes.filter(scope => !client.scopes.includes(scope))
      if (beyond.length > 0)
        throw invalid('input.scopes', `has what the app may not ask for: ${beyond.join(' ')}`)
      const tokens = await tokensWithoutBrowser(ctx, client, scopes)
      return {
        ...tokens,
        client_id: client.uid,
        ...(secret !== undefined && { client_secret: secret }),
      }
    }),
})

async function appOf({ db }: Context, id: string): Promise<WithSecret> {
  const client = await findClient(db, id)
  if (client === null) throw notFound('OAuth client', 'input.client')
  return { client }
}

/** A confidential app of the account, made once. */
async function ownApp(ctx: Context, ownerId: number): Promise<WithSecret> {
  const made = await ctx.db.oAuthClient.findFirst({
    where: { ownerId, name: OWN_APP, secretHash: { not: null } },
    orderBy: { id: 'asc' },
  })
  if (made !== null) return { client: made }
  return createClient(ctx, { name: OWN_APP, redirectUris: ['http://127.0.0.1/callback'] })
}
