// Whose event type a page shows: a host's or a team's.

import { callError } from '../graph/call-error.ts'
import { graphql, type ResultOf } from '../graph/typed.ts'

export const OwnerParts = graphql(`
  fragment PageOwner on EventType {
    host { name timeZone bookingPage { brandColor slug } }
    team { name timeZone bookingPage { brandColor slug } }
  }
`)

type Owned = ResultOf<typeof OwnerParts>

/** The host, or the team. */
export function ownerOf({ host, team }: Owned): NonNullable<Owned['host'] | Owned['team']> {
  const owner = host ?? team
  if (owner === null) throw callError('INTERNAL', 'The event type belongs to no one.')
  return owner
}

/** Colour of its owner's page, for the bar above. */
export const accentOf = (eventType: Owned): string | undefined =>
  ownerOf(eventType).bookingPage?.brandColor
