import { DateTime } from 'luxon'
import { type Here, readDays } from './days.ts'
import { type Callable, readEventType, wordsOf } from './event-type.ts'
import { type Person, readPerson } from './person.ts'
import { readPick } from './pick.ts'
import { mend, takeOut } from './text.ts'
import { readTimes } from './times.ts'
import { saysDay, saysTime, type When } from './when.ts'
import { readWish, type Wish } from './wish.ts'
import { readZone } from './zone.ts'

/** What the reader knows in addition to the message. */
export interface Known extends Here {
  eventTypes: readonly Callable[]
  /** The starts that were offered, as they were shown. */
  offered: readonly Date[]
  /** Event types that were named to choose from, as they were shown. */
  listed: readonly string[]
  /** What the last answer asked for. */
  asked: string | null
  /** Whether anything is under way. */
  isUnderWay: boolean
  /** Whether something was booked in this conversation. */
  hasBooked: boolean
}

/** What an invitee wants, as far as their words say. */
export interface Reading {
  wish: Wish
  /** Event types that they can mean; one when it is clear. */
  slugs: string[]
  isNamed: boolean
  /** How long, when they say so. */
  minutes: number | undefined
  when: When | undefined
  /** They name a day that does not exist. */
  isImpossibleDay: boolean
  /** Which of the offered starts, from 0. */
  pick: number | undefined
  /** They take one that was not shown: the fourth of three. */
  isBeyond: boolean
  zone: string | undefined
  person: Person
  /** Whether they say to book, not only to look. */
  saysBook: boolean
}

/** Patterns that look for blanks around words take quadratic time on long runs of them. */
const withoutBlankRuns = (message: string): string =>
  message.replace(/\s+/g, blanks => (/[\r\n]/.test(blanks) ? '\n' : ' '))

/** Reads a message. Pure: the same message, clock and context mean the same. */
export function readMessage(message: string, known: Known): Reading {
  const { person, rest: withoutPerson } = readPerson(withoutBlankRuns(message), known.asked)
  const names = new Set(known.eventTypes.flatMap(({ name }) => wordsOf(name)))
  const { zone, rest } = readZone(mend(withoutPerson, names))
  const withoutZone = withLocalTimes(rest, zone ?? known.zone)
  const here = { now: known.now, zone: zone ?? known.zone }
  // It is relative to the times that were shown, not to now.
  const { rest: absolute } = takeOut(withoutZone, RELATIVE)
  const picked = readPick(
    bareHour(absolute, known.offered.length),
    known.listed.length > 0 ? known.listed.length : known.offered.length,
  )
  const meant = readEventType(picked.rest, known.eventTypes)
  const { times, rest: withoutTimes } = readTimes(meant.rest)
  const { days, instant, isImpossible } = readDays(withoutTimes, here)

  let when: When | undefined =
    saysDay(days) || saysTime(times) || times.notAt.length > 0 ? { ...days, ...times } : undefined
  if (instant !== undefined) when = atInstant(instant, here.zone)
  if (
    when === undefined &&
    /\b(as soon as|asap|soonest|earliest|next available|any ?time|whenever|any day|first available)\b/i.test(
      withoutZone,
    )
  ) {
    when = { ...days, ...times }
  }
  const listedPick =
    known.listed.length > 0 && picked.pick !== undefined ? known.listed[picked.pick] : undefined
  const pick =
    known.listed.length > 0 ? undefined : (picked.pick ?? offeredAt(when, known.offered, here.zone))
  const slugs = listedPick === undefined ? meant.slugs : [listedPick]
  return {
    wish: readWish(withoutZone, {
      ...known,
      pick,
      says: when !== undefined || isImpossible || slugs.length > 0 || meant.minutes !== undefined,
      person,
    }),
    slugs,
    isNamed: meant.isNamed || listedPick !== undefined,
    minutes: meant.minutes,
    when,
    isImpossibleDay: isImpossible && days.days.length === 0,
    pick,
    isBeyond: picked.isBeyond,
    zone,
    person,
    saysBook: /\b(?:book|schedule|reserve|confirm|set up|arrange|put me (?:in|down))\b/i.test(
      withoutZone,
    ),
  }
}

const RELATIVE =
  /\b(?:(?:an?|one|two|three|\d+) )?(?:bit|little|hours?|minutes?) (?:later|earlier|sooner)\b/

/** A number alone, among fewer starts that were shown, is an hour of them: "10". */
const bareHour = (text: string, shown: number): string => {
  const hour = /^\W*(\d{1,2})\W*$/.exec(text)?.[1]
  return hour !== undefined && shown > 0 && Number(hour) > shown ? `at ${hour}` : text
}

/** Instants as programs write them, `2026-03-10T14:00:00Z`, as the day and the time of a zone. */
const withLocalTimes = (text: string, zone: string): string =>
  text.replace(
    /\b(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?/gi,
    (written, day, time, _s, offset) => {
      const local = DateTime.fromISO(offset === undefined ? `${day}T${time}` : written, { zone })
      return local.isValid ? local.toFormat('yyyy-MM-dd HH:mm') : written
    },
  )

function atInstant(instant: Date, zone: string): When {
  const local = DateTime.fromJSDate(instant, { zone })
  // "In two hours" is about then: the next quarter of an hour.
  const minute = Math.ceil((local.hour * 60 + local.minute) / 15) * 15
  const day = local.toFormat('yyyy-MM-dd')
  return {
    days: [{ first: day, last: day }],
    notWeekdays: [],
    notDays: [],
    partOfDay: null,
    at: [],
    notAt: [],
    from: minute,
    until: null,
  }
}

/** The one offered start that a day or a time means: "the 10:30 one", "the one on Friday". */
function offeredAt(
  when: When | undefined,
  offered: readonly Date[],
  zone: string,
): number | undefined {
  if (when === undefined || (when.at.length === 0 && when.days.length === 0)) return undefined
  const fitting = offered.flatMap((start, index) => {
    const local = DateTime.fromJSDate(start, { zone })
    const day = local.toFormat('yyyy-MM-dd')
    const minute = local.hour * 60 + local.minute
    const onDay =
      when.days.length === 0 || when.days.some(({ first, last }) => first <= day && day <= last)
    const inTime =
      when.at.length === 0
        ? minute >= (when.from ?? 0) && minute < (when.until ?? 1440)
        : when.at.includes(minute)
    return onDay && inTime ? [index] : []
  })
  // A day alone is one of those shown only where it is called so; else it is a new wish.
  return when.at.length > 0 && fitting.length === 1 ? fitting[0] : undefined
}
