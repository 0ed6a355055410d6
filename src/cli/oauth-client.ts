import { z } from 'zod'
import { findAccount, firstAccount } from '../accounts/operator.ts'
import { invalid } from '../errors.ts'
import { createClient } from '../oauth/clients.ts'
import { actAs } from './act-as.ts'
import { command, flag } from './command.ts'
import { withDeps } from './deps.ts'
import { scopeList } from './scopes.ts'

export const oauthClientCreate = command({
  about: 'registers an app that asks for access through OAuth 2.0',
  details: 'Answers client_id and, unless the app is public, client_secret: it is shown this once.',
  flags: z.object({
    name: flag(z.string(), { value: 'NAME', about: 'what people are asked to let in' }),
    redirectUris: flag(z.array(z.string()), {
      value: 'URI',
      about:
        'where answers may be sent: https, http to this machine with any port, or com.example.app:/; may be repeated',
      name: 'redirect-uri',
      isRepeatable: true,
    }),
    isPublic: flag(z.boolean().optional(), {
      about: 'it can keep no secret: on a phone, in a browser, on a command line',
      name: 'public',
    }),
    scopes: flag(scopeList.optional(), {
      value: 'SCOPES',
      about: 'scopes that it may request, separated by spaces; default: all that a token can have',
    }),
    ownerEmail: flag(z.string().optional(), {
      value: 'ADDRESS',
      about: 'email address of its owner; default: the oldest account',
    }),
  }),
  act: ({ ownerEmail, ...app }, env) =>
    withDeps(env, async deps => {
      const owner =
        ownerEmail === undefined
          ? await firstAccount(deps)
          : await findAccount(deps, ownerEmail, 'input.ownerEmail')
      if (owner === null)
        throw invalid(
          'input.ownerEmail',
          'has nobody to name: meridian user create makes an account',
        )
      const { client, secret } = await createClient(actAs(deps, owner.id), app)
      return {
        client_id: client.uid,
        ...(secret !== undefined && { client_secret: secret }),
        name: client.name,
        public: secret === undefined,
        redirect_uris: client.redirectUris,
        scope: client.scopes.join(' '),
        owner: owner.email,
      }
    }),
})
