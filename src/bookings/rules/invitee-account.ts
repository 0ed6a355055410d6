import type { Context } from '../../context.ts'
import type { Tx } from '../../db/client.ts'

/**
 * The account whose seat a booking for an address is. That is the viewer's account, when they book
 * for their own address with a credential that may change bookings; or a managed account, whose
 * address belongs to its platform client. Addresses of other accounts are not verified: what
 * somebody else books for one belongs to no account.
 */
export async function accountOf(
  { viewer }: Context,
  tx: Tx,
  email: string,
): Promise<number | null> {
  const account = await tx.user.findUnique({
    where: { email },
    select: { id: true, platformClientId: true },
  })
  if (account === null) return null
  const isOwn = account.id === viewer?.userId && viewer.scopes.has('bookings:write')
  return isOwn || account.platformClientId !== null ? account.id : null
}
