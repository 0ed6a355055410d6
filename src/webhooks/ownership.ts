import type { Viewer } from '../context.ts'
import type { Prisma } from '../db/generated/client/client.ts'

/**
 * The one place that decides who owns a webhook: the account that created it and, for a webhook of
 * a team, also the admins of the team. A webhook that also receives events of its host is
 * accessible only to that host. A platform client that may not manage webhooks of its owner's
 * account manages only those of the client.
 */
export function managedBy({ userId, ofClient }: Viewer): { OR: Prisma.HookWhereInput[] } {
  if (ofClient !== undefined) return { OR: [{ hostId: userId, platformClientId: ofClient.id }] }
  return {
    OR: [
      { hostId: userId },
      {
        withOwn: false,
        member: {
          team: {
            members: {
              some: { userId, acceptedAt: { not: null }, role: { in: ['ADMIN', 'OWNER'] } },
            },
          },
        },
      },
    ],
  }
}

/** Hooks of the viewer's own account, within those that they manage. */
export const ownHooks = ({ userId, ofClient }: Viewer): Prisma.HookWhereInput => ({
  hostId: userId,
  ...(ofClient !== undefined && { platformClientId: ofClient.id }),
})
