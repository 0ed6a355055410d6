import { z } from 'zod'
import { createApiKey } from '../accounts/api-keys.ts'
import { findAccount } from '../accounts/operator.ts'
import { DAY_MS } from '../time.ts'
import { whole } from '../validation.ts'
import { actAs } from './act-as.ts'
import { command, flag } from './command.ts'
import { withDeps } from './deps.ts'
import { scopeList } from './scopes.ts'

export const keyCreate = command({
  about: 'creates an API key for an account',
  details: 'Prints the key. It is shown only once.',
  flags: z.object({
    email: flag(z.string(), { value: 'ADDRESS', about: 'whose key' }),
    label: flag(z.string(), { value: 'LABEL', about: 'what it is for' }),
    scopes: flag(scopeList.optional(), {
      value: 'SCOPES',
      about: 'scopes, separated by spaces; default: all that an API key can have',
    }),
    expiresInDays: flag(z.coerce.number('must be a whole number').pipe(whole(1, 3650)).optional(), {
      value: 'DAYS',
      about: 'days until it expires, 1 to 3650; default: never',
    }),
  }),
  act: ({ email, label, scopes, expiresInDays: days }, env) =>
    withDeps(env, async deps => {
      const { id } = await findAccount(deps, email)
      const expiresAt =
        days === undefined
          ? undefined
          : new Date(deps.clock.now().getTime() + days * DAY_MS).toISOString()
      const { apiKey, secret } = await createApiKey(actAs(deps, id), { label, scopes, expiresAt })
      return {
        key: secret,
        id: apiKey.uid,
        label: apiKey.label,
        scopes: apiKey.scopes,
        createdAt: apiKey.createdAt,
        expiresAt: apiKey.expiresAt,
      }
    }),
})
