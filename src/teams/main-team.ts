import type { Prisma } from '../db/generated/client/client.ts'

/**
 * Reads of an account its place in its organization: the team that it has been in for the longest.
 */
export const mainPlace = {
  memberships: {
    where: { acceptedAt: { not: null } },
    orderBy: [{ acceptedAt: 'asc' }, { id: 'asc' }],
    take: 1,
    include: { team: true },
  },
} satisfies Prisma.UserSelect
