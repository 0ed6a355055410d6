import type { Prisma } from '../db/generated/client/client.ts'

/**
 * The one place where it is decided whose hook it is: of who made it, and of a team's also the admins of the team. One that
 * is told of its host's own events too is for nobody else.
 */
export const managedBy = (userId: number): { OR: Prisma.HookWhereInput[] } => ({
  OR: [
    { hostId: userId },
    {
      withOwn: false,
      member: {
        team: { members: { some: { userId, acceptedAt: { not: null }, role: { in: ['ADMIN', 'OWNER'] } } } },
      },
    },
  ],
})
