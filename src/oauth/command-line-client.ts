import type { Clock } from '../clock.ts'
import type { Db } from '../db/client.ts'
import { keyScopes } from '../scopes.ts'

/** The `client_id` of Meridian's own command line, the same on every installation. */
export const COMMAND_LINE_CLIENT = 'meridian-cli'

/**
 * Makes the app that `meridian login` is, so that a login needs no set-up: a public one (a program
 * that everybody has can keep no secret), whose answers go to the person's own machine, on any port
 * (RFC 8252 section 7.3), and nowhere else. It belongs to nobody, so nobody can change or delete
 * it; what it may ask for follows the version that runs.
 */
export async function makeCommandLineClient(db: Db, clock: Clock): Promise<void> {
  const now = clock.now()
  const app = {
    name: 'Meridian command line',
    redirectUris: ['http://127.0.0.1/callback'],
    scopes: [...keyScopes],
    updatedAt: now,
  }
  await db.oAuthClient.upsert({
    where: { uid: COMMAND_LINE_CLIENT },
    create: { uid: COMMAND_LINE_CLIENT, ...app, createdAt: now },
    update: app,
  })
}
