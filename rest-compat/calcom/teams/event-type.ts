// An event type of a team: its contract, 10.3.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { EventTypeParts } from '../event-types/documents.ts'
import { eventTypeCommon, eventTypeFields } from '../event-types/event-type.ts'
import { keptIn } from '../event-types/stored-settings.ts'
import { id, weekdayOf, weekdays } from '../values.ts'

export const TeamEventTypeParts = graphql(
  `fragment CalcomTeamEventType on EventType {
    ...CalcomEventType
    scheduling
    hosts { isFixed priority user { databaseId name avatarUrl bookingPage { slug } } }
    team { databaseId name logoUrl weekStart bookingPage { slug brandColor } }
  }`,
  [EventTypeParts],
)

export type Shown = ResultOf<typeof TeamEventTypeParts>

export const schedulingTypes = ['collective', 'roundRobin', 'managed'] as const

/** From the one who is asked last to the one who is asked first. */
export const priorities = ['lowest', 'low', 'medium', 'high', 'highest'] as const

export const TeamEventType = z
  .object({
    ...eventTypeFields,
    teamId: id,
    ownerId: z.null(),
    parentEventTypeId: z.null(),
    schedulingType: z.enum(schedulingTypes),
    assignAllTeamMembers: z.boolean(),
    rescheduleWithSameRoundRobinHost: z.boolean(),
    emailSettings: z.looseObject({}).optional(),
    hosts: z.array(
      z.object({
        userId: id,
        name: z.string(),
        username: z.string(),
        avatarUrl: z.string().nullable(),
        mandatory: z.boolean(),
        priority: z.enum(priorities),
      }),
    ),
    team: z.object({
      id,
      slug: z.string(),
      name: z.string(),
      weekStart: z.enum(weekdays),
      logoUrl: z.string().optional(),
      brandColor: z.string().optional(),
    }),
  })
  .meta({ id: 'TeamEventType' })

/** @param hostsLimit how many hosts to show at most */
export function teamEventType(
  shown: Shown,
  publicUrl: string,
  hostsLimit = Infinity,
): z.input<typeof TeamEventType> {
  const { scheduling, hosts, team } = shown
  const kept = keptIn(shown.display)
  return {
    ...eventTypeCommon(shown, publicUrl),
    teamId: team?.databaseId ?? 0,
    ownerId: null,
    parentEventTypeId: null,
    schedulingType: scheduling === 'ROUND_ROBIN' ? 'roundRobin' : 'collective',
    assignAllTeamMembers: kept.assignAllTeamMembers ?? false,
    rescheduleWithSameRoundRobinHost: kept.rescheduleWithSameRoundRobinHost ?? false,
    ...(kept.emailSettings && { emailSettings: kept.emailSettings }),
    hosts: hosts.slice(0, hostsLimit).map(({ isFixed, priority, user }) => ({
      userId: user.databaseId,
      name: user.name,
      username: user.bookingPage?.slug ?? '',
      avatarUrl: user.avatarUrl,
      mandatory: isFixed || scheduling === 'COLLECTIVE',
      priority: priorities[priority] ?? 'medium',
    })),
    team: {
      id: team?.databaseId ?? 0,
      slug: team?.bookingPage?.slug ?? '',
      name: team?.name ?? '',
      weekStart: weekdayOf(team?.weekStart ?? 'SUNDAY'),
      ...(team?.logoUrl != null && { logoUrl: team.logoUrl }),
      ...(team?.bookingPage && { brandColor: team.bookingPage.brandColor }),
    },
  }
}
