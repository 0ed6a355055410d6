// The states that lists are asked by, which are not those of a booking, and the order of a list:
// its contract, 4.3.

export const phases = ['upcoming', 'recurring', 'past', 'cancelled', 'unconfirmed'] as const

export type Phase = (typeof phases)[number]

/** As the graph asks for it. */
interface Case {
  statuses: ('CONFIRMED' | 'PENDING' | 'CANCELLED' | 'DENIED')[]
  isInSeries?: boolean
  endsFrom?: string
  endsBefore?: string
}

/** What a booking is in such a state, as cases of the graph; undefined: in any. */
export const casesOf = (asked: readonly Phase[] | undefined, now: Date) =>
  asked === undefined || asked.length === 0
    ? undefined
    : [...new Set(asked)].flatMap(phase => caseOf(phase, now))

function caseOf(phase: Phase, now: Date): Case[] {
  const at = now.toISOString()
  const standing: Case['statuses'] = ['CONFIRMED', 'PENDING']
  switch (phase) {
    case 'upcoming':
      return [
        { isInSeries: true, statuses: ['CONFIRMED'], endsFrom: at },
        { isInSeries: false, statuses: standing, endsFrom: at },
      ]
    case 'recurring':
      return [{ isInSeries: true, statuses: standing, endsFrom: at }]
    case 'past':
      return [{ statuses: standing, endsBefore: at }]
    case 'cancelled':
      return [{ statuses: ['CANCELLED', 'DENIED'] }]
    case 'unconfirmed':
      return [{ statuses: ['PENDING'], endsFrom: at }]
  }
}

type Direction = 'asc' | 'desc' | undefined

interface Sorted {
  status?: readonly Phase[] | undefined
  sortStart?: Direction
  sortEnd?: Direction
  sortCreated?: Direction
  sortUpdatedAt?: Direction
}

const directions = { asc: 'ASC', desc: 'DESC' } as const

/**
 * One order, whichever is asked first of start, end, creation and change; by start unless any is.
 */
export function orderOf({ status = [], sortStart, sortEnd, sortCreated, sortUpdatedAt }: Sorted) {
  if (sortStart !== undefined) return { field: 'START' as const, direction: directions[sortStart] }
  if (sortEnd !== undefined) return { field: 'END' as const, direction: directions[sortEnd] }
  if (sortCreated !== undefined)
    return { field: 'CREATED' as const, direction: directions[sortCreated] }
  if (sortUpdatedAt !== undefined)
    return { field: 'UPDATED' as const, direction: directions[sortUpdatedAt] }
  const isOver =
    status.length > 0 && status.every(phase => phase === 'past' || phase === 'cancelled')
  return { field: 'START' as const, direction: isOver ? ('DESC' as const) : ('ASC' as const) }
}
