// Time zones of calendars: by the names that programs write, and as VTIMEZONE components describe
// them.

import { IANAZone } from 'luxon'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time.ts'
import { offsetIn } from './property-values.ts'
import { windowsZoneNames } from './windows-zones.ts'

export interface Zone {
  /** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
  offsetAt(instant: number): number
  /**
   * How much earlier a time may begin than it says, where the name leaves open whether clocks
   * change.
   */
  doubtMs?: number
}

export const fixedZone = (offset: number): Zone => ({ offsetAt: () => offset })
export const utc = fixedZone(0)

/**
 * The instant of a time on the clocks of a zone. One that occurs twice is the first; one that is
 * skipped is read with the offset before the change (RFC 5545, section 3.3.5).
 */
export function instantAt(zone: Zone, wall: number): number {
  const before = wall - zone.offsetAt(wall - DAY_MS)
  const after = wall - zone.offsetAt(wall + DAY_MS)
  if (before === after || before + zone.offsetAt(before) === wall) return before
  return after + zone.offsetAt(after) === wall ? after : before
}

/** What the clocks of a zone show at an instant. */
export const wallAt = (zone: Zone, instant: number): number => instant + zone.offsetAt(instant)

const MAX_NAME_CHARS = 200
const MAX_ZONES_KEPT = 1_000
const QUARTER_MS = HOUR_MS / 4
const MAX_OFFSETS_KEPT = 10_000
const known = new Map<string, Zone | null>()

/**
 * The zone that programs mean by a name: of IANA, also behind a prefix as in
 * `/mozilla.org/20070129_1/Europe/Berlin`, of Windows, or an offset such as `UTC+1`. Undefined for
 * other names.
 */
export function zoneNamed(name: string): Zone | undefined {
  if (name.length > MAX_NAME_CHARS) return undefined
  const remembered = known.get(name)
  if (remembered !== undefined) return remembered ?? undefined
  if (known.size >= MAX_ZONES_KEPT) known.clear()
  const zone = lookUp(name.replaceAll(/["\\]/g, '').trim())
  known.set(name, zone ?? null)
  return zone
}

function lookUp(name: string): Zone | undefined {
  const windows = windowsZoneNames.get(name.toLowerCase())
  if (windows !== undefined) return ianaZone(windows)
  const parts = name.replaceAll(' ', '_').split('/').slice(-6)
  for (let at = 0; at < parts.length; at++) {
    const zone = ianaZone(parts.slice(at).join('/'))
    if (zone !== undefined) return zone
  }
  const [, offset] = /^(?:UTC|GMT)?[ _]?([+-]\d\d?(?::?\d\d)?)$/i.exec(name) ?? []
  if (offset !== undefined) return offsetZone(offset)
  // How Windows shows a zone: (UTC-08:00) Pacific Time (US & Canada). The offset is that of winter.
  const [shown, shownOffset] = /^\((?:UTC|GMT)([+-]\d\d:\d\d)?\)/i.exec(name) ?? []
  if (shown === undefined) return undefined
  const winter = shownOffset === undefined ? utc : offsetZone(shownOffset)
  return winter && { ...winter, doubtMs: HOUR_MS }
}

function ianaZone(name: string): Zone | undefined {
  if (!IANAZone.isValidZone(name)) return undefined
  const zone = IANAZone.create(name)
  const offsets = new Map<number, number>()
  return {
    offsetAt(instant) {
      // Clocks change at quarters of hours, and luxon takes microseconds for each.
      const quarter = Math.floor(instant / QUARTER_MS)
      const remembered = offsets.get(quarter)
      if (remembered !== undefined) return remembered
      if (offsets.size >= MAX_OFFSETS_KEPT) offsets.clear()
      const offset = zone.offset(instant) * MINUTE_MS
      offsets.set(quarter, offset)
      return offset
    },
  }
}

function offsetZone(text: string): Zone | undefined {
  const [, sign, hours = '', minutes = '00'] = /^([+-])(\d\d?):?(\d\d)?$/.exec(text) ?? []
  const offset = offsetIn(`${sign}${hours.padStart(2, '0')}${minutes}`)
  return offset === undefined ? undefined : fixedZone(offset)
}

/** When the clocks of a zone change, and to which offset. */
export interface Change {
  at: number
  offset: number
}

/** A zone by its changes, and the offset before the first. */
export function zoneOfChanges(changes: Change[], offsetBefore: number): Zone {
  const sorted = changes.toSorted((a, b) => a.at - b.at)
  return {
    offsetAt(instant) {
      let low = 0
      let high = sorted.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((sorted[middle]?.at ?? 0) <= instant) low = middle + 1
        else high = middle
      }
      return sorted[low - 1]?.offset ?? offsetBefore
    },
  }
}
