import type { Viewer } from '../context.ts'
import type { Prisma } from '../db/generated/client/client.ts'

/**
 * The one place where it is decided whose hook it is: of who made it, and of a team's also the
 * admins of the team. One that is told of its host's own events too is for nobody else. A platform
 * client that may not manage hooks of its owner's own account manages those of the client alone.
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
