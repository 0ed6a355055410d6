import type { Clock } from './clock.ts'
import type { Db } from './db/client.ts'
import type { Secrets } from './secrets.ts'

/**
 * Notes on a new database which secret key it is used with, and holds every later start to it: with another key the
 * links that invitees have and the stored hook secrets could not be read.
 * @throws Error when the key is another one.
 */
export async function rememberKey(db: Db, secrets: Secrets, clock: Clock): Promise<void> {
  const { count } = await db.installation.createMany({
    data: [{ id: 1, keyFingerprint: secrets.fingerprint, createdAt: clock.now() }],
    skipDuplicates: true,
  })
  if (count === 1) return
  const { keyFingerprint } = await db.installation.findUniqueOrThrow({ where: { id: 1 } })
  if (keyFingerprint === secrets.fingerprint) return
  throw new Error(
    'The secret key is not the one that this database was set up with. Set MERIDIAN_SECRET_KEY to the first one, or put its file, secret-key, back into the data folder.',
  )
}
