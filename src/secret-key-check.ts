import { join } from 'node:path'
import type { Clock } from './clock.ts'
import type { Db } from './db/client.ts'
import { withClient } from './db/connect.ts'
import { createKeyOfDataFolder, readKeyOfDataFolder, type Secrets } from './secrets.ts'

/**
 * Notes on a new database which secret key it is used with, and holds every later start to it: with
 * another key the links that invitees have and the stored hook secrets could not be read.
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

/**
 * The secret key: from the settings, or from the data folder, where it is created for a new,
 * migrated database.
 *
 * @throws when the database was set up with a key and none is left. No other is created then, which
 * would hide that the
 *   file is missing.
 */
export async function secretKeyOf(
  { secretKey, dataDir }: { secretKey: string | undefined; dataDir: string },
  databaseUrl: string,
): Promise<string> {
  if (secretKey !== undefined) return secretKey
  // Before the file: another first start writes the file before the database.
  const isRemembered = await hasRememberedKey(databaseUrl)
  const kept = await readKeyOfDataFolder(dataDir)
  if (kept !== undefined) return kept
  if (!isRemembered) return createKeyOfDataFolder(dataDir)
  throw new Error(
    `This database was set up with a secret key, and there is none: ${join(dataDir, 'secret-key')} is missing. Put the file back, or set MERIDIAN_SECRET_KEY to the key.`,
  )
}

async function hasRememberedKey(databaseUrl: string): Promise<boolean> {
  return withClient(databaseUrl, async client => {
    const { rows } = await client.query('select 1 from "Installation"')
    return rows.length > 0
  })
}
