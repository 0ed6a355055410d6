// The owner of the event type that a page shows: a host or a team. Their name, colour, first day of
// the week and hours of the clock apply to all pages about it.

import { callError } from '../graph/call-error.ts'
import { graphql, type ResultOf } from '../graph/typed.ts'
import type { ClockHours } from './time.ts'

export const OwnerParts = graphql(`
  fragment PageOwner on EventType {
    host { name timeZone timeFormat weekStart bookingPage { displayName brandColor slug } }
    team { name timeZone weekStart bookingPage { displayName brandColor slug } }
  }
`)

type Owned = ResultOf<typeof OwnerParts>

/** The host, or the team. */
export function ownerOf({ host, team }: Owned): NonNullable<Owned['host'] | Owned['team']> {
  const owner = host ?? team
  if (owner === null) throw callError('INTERNAL', 'The event type has no owner.')
  return owner
}

/** The name of a host or a team on all pages: the title of their booking page. */
export const shownName = ({
  name,
  bookingPage,
}: {
  name: string
  bookingPage: { displayName: string } | null
}): string => bookingPage?.displayName ?? name

/** The hours of the clock in which the host wants to show times; 24 for teams, which have no setting. */
export const clockOf = ({ host }: Owned): ClockHours => (host?.timeFormat === 12 ? 12 : 24)

/** How the owner's settings make the calendar of a page: first day of the week, hours of the clock. */
export const calendarSettings = (eventType: Owned) => ({
  weekStart: ownerOf(eventType).weekStart,
  clock: clockOf(eventType),
})

/** Colour of its owner's page, for the bar above. */
export const accentOf = (eventType: Owned): string | undefined =>
  ownerOf(eventType).bookingPage?.brandColor
