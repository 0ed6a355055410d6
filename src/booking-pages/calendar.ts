// Choosing a start: a zone, a day of a month, a start of the day. Each choice is a link or a form
// of the same page.

import { html } from 'hono/html'
import { DateTime } from 'luxon'
import type { Html } from '../html-layout.ts'
import { linkTo, type Visit } from './page-request.ts'
import { DAY, type Day, daysBetween, type Start, type Wanted } from './starts.ts'
import {
  at,
  type ClockHours,
  counted,
  dayWords,
  lengthWords,
  timeFormat,
  zoneWords,
} from './time.ts'

const MONTH = 'yyyy-MM'
const WEEKDAYS = [
  'SUNDAY',
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
] as const

interface Choices extends Wanted {
  /** Seats per slot. With several, the page shows how many are left. */
  seats: number
  /** Lengths to choose from, in minutes. */
  lengths: readonly number[]
  /** Hours of the clock that times are shown in. */
  clock: ClockHours
  /** First day of the week in the calendar. */
  weekStart: (typeof WEEKDAYS)[number]
  /** Where a start leads to. */
  linkOf(start: string): string
}

/**
 * The part of a page in which a start is chosen.
 * @throws CallError NOT_FOUND for what cannot be booked; INVALID_INPUT.
 */
export async function chooseStart(visit: Visit, choices: Choices): Promise<Html> {
  const today = at(visit.now, choices.zone).startOf('day')
  const asked = dayIn(visit.query.get('date'))
  const month = monthIn(visit.query.get('month') ?? asked?.slice(0, 7), today)
  const date = asked?.startsWith(month.toFormat(MONTH)) ? asked : undefined
  const first = DateTime.max(month, today)
  const days = await daysBetween(
    visit.execute,
    choices,
    first.toFormat(DAY),
    month.endOf('month').toFormat(DAY),
  )
  const chosen = days.find(day => day.date === date)
  const open = days.filter(({ slots }) => slots.length > 0)
  return html`${settings(visit, choices)}
<h2 id="days">Choose a day</h2>
${monthTable(visit, month, open, date, choices.weekStart)}
${open.length === 0 ? html`<p>No time is free in ${month.toFormat('LLLL yyyy')}.</p>` : ''}
${monthLinks(visit, month, today)}
${date === undefined ? '' : startsOf(date, chosen?.slots ?? [], choices)}`
}

const dayIn = (asked: string | null): string | undefined =>
  asked !== null && /^\d{4}-\d\d-\d\d$/.test(asked) && DateTime.fromISO(asked).isValid
    ? asked
    : undefined

/** The first day of the asked month in the zone of `today`, or of the month of today. */
function monthIn(asked: string | null | undefined, today: DateTime): DateTime {
  const month = DateTime.fromFormat(asked ?? '', MONTH, { zone: today.zone, locale: 'en-GB' })
  return month.isValid && month.year > 0 ? month : today.startOf('month')
}

/** The form of the zone, and of the length where there is a choice. */
function settings({ path, query, now }: Visit, { zone, lengths, length, clock }: Choices): Html {
  const zones = Intl.supportedValuesOf('timeZone')
  const shown = zones.includes(zone) ? zones : [zone, ...zones]
  const kept = [...query].filter(([name]) => name !== 'timezone' && name !== 'duration')
  return html`<form method="get" action="${path}">
${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<label for="timezone">Time zone (${at(now, zone).toFormat(timeFormat(clock))} there now)</label>
<select id="timezone" name="timezone">${shown.map(each => option(each, zoneWords(each), each === zone))}</select>
${
  lengths.length < 2
    ? ''
    : html`<label for="duration">Length</label>
<select id="duration" name="duration">${lengths.map(each => option(each.toString(), lengthWords(each), each === length))}</select>`
}
<button>Show times</button>
</form>`
}

const option = (value: string, words: string, isChosen: boolean): Html =>
  html`<option value="${value}" ${isChosen ? 'selected' : ''}>${words}</option>`

function monthTable(
  { path, query }: Visit,
  month: DateTime,
  open: Day[],
  chosen: string | undefined,
  weekStart: Choices['weekStart'],
): Html {
  const first = WEEKDAYS.indexOf(weekStart)
  const weekdays = [...WEEKDAYS.slice(first), ...WEEKDAYS.slice(0, first)].map(
    day => `${day.slice(0, 1)}${day.slice(1).toLowerCase()}`,
  )
  const free = new Map(open.map(day => [day.date, day.slots.length]))
  const cell = (day: DateTime): Html => {
    const date = day.toFormat(DAY)
    const count = free.get(date)
    if (day.month !== month.month) return html`<td></td>`
    if (count === undefined) return html`<td>${day.day}</td>`
    const link = linkTo(path, query, { month: month.toFormat(MONTH), date, start: undefined })
    const words = `${dayWords(date)}: ${counted(count, 'free time')}`
    return html`<td><a href="${link}#times" aria-label="${words}" ${date === chosen ? 'aria-current="date"' : ''}>${day.day}</a></td>`
  }
  const weeks: DateTime[] = []
  for (
    let week = month.minus({ days: (month.weekday - first + 7) % 7 });
    week <= month.endOf('month');
    week = week.plus({ weeks: 1 })
  )
    weeks.push(week)
  return html`<table aria-describedby="days">
<caption>${month.toFormat('LLLL yyyy')}</caption>
<thead><tr>${weekdays.map(day => html`<th scope="col"><abbr title="${day}">${day.slice(0, 2)}</abbr></th>`)}</tr></thead>
<tbody>${weeks.map(week => html`<tr>${weekdays.map((_, days) => cell(week.plus({ days })))}</tr>`)}</tbody>
</table>`
}

function monthLinks({ path, query }: Visit, month: DateTime, today: DateTime): Html {
  const link = (other: DateTime) =>
    linkTo(path, query, { month: other.toFormat(MONTH), date: undefined, start: undefined })
  const [before, after] = [month.minus({ months: 1 }), month.plus({ months: 1 })]
  return html`<nav aria-label="Months">
${month > today ? html`<a href="${link(before)}" rel="prev nofollow">${before.toFormat('LLLL yyyy')}</a>` : html`<span></span>`}
<a href="${link(after)}" rel="next nofollow">${after.toFormat('LLLL yyyy')}</a>
</nav>`
}

const startsOf = (
  date: string,
  starts: Start[],
  choices: Choices,
): Html => html`<h2 id="times">${dayWords(date)}</h2>
${starts.length === 0 ? html`<p>No time is free on this day.</p>` : startLinks(starts, choices)}`

/**
 * Starts of a day as links. Where clocks go back, two have the same time: their offsets distinguish
 * them.
 */
function startLinks(starts: Start[], { zone, seats, clock, linkOf }: Choices): Html {
  const format = timeFormat(clock)
  const times = starts.map(({ start }) => at(start, zone).toFormat(format))
  const words = ({ start }: Start): string => {
    const time = at(start, zone)
    const isTwice =
      times.indexOf(time.toFormat(format)) !== times.lastIndexOf(time.toFormat(format))
    return time.toFormat(isTwice ? `${format} 'UTC'Z` : format)
  }
  const left = ({ seatsLeft }: Start) =>
    seatsLeft === null || seats === 1 ? '' : ` (${counted(seatsLeft, 'seat')} left)`
  return html`<ul class="plain starts">
${starts.map(each => html`<li><a class="box" href="${linkOf(each.start)}" rel="nofollow">${words(each)}${left(each)}</a></li>`)}
</ul>`
}
