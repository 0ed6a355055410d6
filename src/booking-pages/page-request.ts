// What a visitor looks at, as the query of the address says it. The query goes along from page to
// page, so that what a link fills in (`name`, `email`, `a1`) is still there when the form comes.

import { IANAZone } from 'luxon'
import type { ExecuteDocument } from '../graph/typed.ts'
import type { Html } from '../html-layout.ts'

/** One request of a page. */
export interface Visit {
  execute: ExecuteDocument
  now: Date
  /**
   * What stands before every path where clients reach the gateway below another; mostly nothing.
   */
  base: string
  /** Path of the page, the base included, without what its address says of a start. */
  path: string
  query: URLSearchParams
}

/** A path of ours, without the base. */
type Path = `/${string}`

/** What a form that was sent comes to: on to another page, or the form again with what is wrong. */
export type Outcome = { goTo: Path } | { shown: Html; status: 409 | 422 }

/** An address with the query that came, but for what changes; undefined takes a value away. */
export function linkTo(
  path: string,
  query: URLSearchParams,
  changes: Record<string, string | undefined> = {},
): string {
  const next = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) next.delete(name)
    else next.set(name, value)
  }
  return next.size === 0 ? path : `${path}?${next}`
}

/** The zone that the visitor chose, or the other when they chose none. */
export function zoneIn(query: URLSearchParams, other: string): string {
  const asked = query.get('timezone') ?? ''
  return IANAZone.isValidZone(asked) ? asked : other
}

/** The length that the visitor chose in minutes; undefined: none. */
export function lengthIn(query: URLSearchParams): number | undefined {
  const asked = query.get('duration') ?? ''
  return /^\d{1,4}$/.test(asked) ? Number(asked) : undefined
}
