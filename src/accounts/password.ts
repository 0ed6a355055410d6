import { hash, verify } from '@node-rs/argon2'

// The library's algorithm is argon2id; 19 MiB and two passes are the OWASP floor for it.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** A PHC string of the password: argon2id with a random salt. */
export const hashPassword = (password: string): Promise<string> => hash(password, cost)

let decoy: Promise<string> | undefined

/**
 * Compares with the stored hash. Without one it does the same work and fails, so that the duration
 * does not reveal whether the account exists.
 */
export async function passwordFits(
  password: string,
  stored: string | null | undefined,
): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password')
  const fits = await verify(stored ?? (await decoy), password)
  return fits && stored != null
}
