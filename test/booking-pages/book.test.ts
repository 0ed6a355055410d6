// The booking pages, used as an invitee does: by their links and forms.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  MONDAY,
  textAt,
  type World,
} from '../helpers/world.ts'
import {
  follow,
  formIn,
  givenProfile,
  linkIn,
  open,
  type Page,
  submit,
  valueIn,
  wordsOf,
} from './browser.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Hanna Host' })
  await givenProfile(host, { timeFormat: 24 })
})

const ANN = { name: 'Ann Arbor', email: 'ann@example.org' }
const NINE = '2026-03-03T09:00:00Z'

const bookings = async () =>
  listAt(
    await host.run(`{ bookings { edges { node {
      status start location { kind address phone text } invitees { name email timeZone guests answers tracking }
    } } } }`),
    'bookings.edges',
  ).map(edge => at(edge, 'node'))

const formOf = (start = NINE, query = '', slug = 'intro'): Promise<Page> =>
  open(`${world.url}/${host.slug}/${slug}/${start}${query}`)

describe('a host', () => {
  it('has a page with their words, colour and public event types', async () => {
    await givenEventType(host, { name: 'Intro', description: 'First steps' })
    await givenEventType(host, { name: 'Hidden', isSecret: true })
    await host.run(
      `mutation { updateBookingPage(input: { welcomeMessage: "Pick a time", brandColor: "#aa3366" }) { bookingPage { url } } }`,
    )
    const page = await open(`${world.url}/${host.slug}`)
    expect(page.status).toBe(200)
    expect(page.title).toBe('Hanna Host')
    expect(wordsOf(page.html)).toContain('Pick a time')
    expect(page.html).toContain('fill="#aa3366"')
    expect(page.links.map(([, url]) => url)).toEqual([`${world.url}/${host.slug}/intro`])
    expect(wordsOf(page.html)).toContain('Intro 30 minutes First steps')
  })

  it('is booked from their page on, by links and forms alone', async () => {
    await givenEventType(host, { name: 'Intro', slug: 'intro' })
    const page = await open(`${world.url}/${host.slug}`)
    const eventType = await follow(page, /^Intro/)
    expect(valueIn2(eventType, 'timezone')).toBe('Europe/London')
    const inBerlin = await submit(eventType, { timezone: 'Europe/Berlin' }, { method: 'get' })
    const day = await open(dayLink(inBerlin, '2026-03-03'))
    expect(wordsOf(day.html)).toContain('Tuesday, 3 March 2026')
    const form = await follow(day, '10:00')
    expect(wordsOf(form.html)).toContain('Tuesday, 3 March 2026, 10:00 (Europe/Berlin)')
    const booked = await submit(form, ANN)
    expect(booked.title).toBe('You are booked')
    expect(wordsOf(booked.html)).toContain('Tuesday, 3 March 2026, 10:00–10:30 (Europe/Berlin)')
    expect(await bookings()).toEqual([
      expect.objectContaining({
        start: '2026-03-03T09:00:00.000Z',
        status: 'CONFIRMED',
        invitees: [expect.objectContaining({ ...ANN, timeZone: 'Europe/Berlin' })],
      }),
    ])
  })
})

/** The same as `valueIn`, of the form that is sent by GET. */
const valueIn2 = (page: Page, name: string) =>
  formIn(page, 'get').fields.find(([each]) => each === name)?.[1]

const dayLink = (page: Page, date: string): string => {
  const link = page.links
    .map(([, url]) => url)
    .find(url => new URL(url).searchParams.get('date') === date)
  if (link === undefined) throw new Error(`no link for ${date}: ${wordsOf(page.html)}`)
  return link
}

describe('the days of an event type', () => {
  beforeEach(() => givenEventType(host, { name: 'Intro', slug: 'intro' }))
  const days = (page: Page) =>
    page.links
      .flatMap(([, url]) => new URL(url).searchParams.get('date')?.slice(-2) ?? [])
      .filter(day => day !== '')

  it('are those of the asked month that have free starts, from today on', async () => {
    const march = await open(`${world.url}/${host.slug}/intro`)
    expect(days(march).slice(0, 6)).toEqual(['02', '03', '04', '05', '06', '09'])
    const april = await follow(march, 'April 2026')
    expect(days(april)[0]).toBe('01')
    expect(linkIn(april, 'March 2026')).toContain('month=2026-03')
    const past = await open(`${world.url}/${host.slug}/intro?month=2025-12`)
    expect(wordsOf(past.html)).toContain('No time is free in December 2025')
  })

  it('are read from odd queries without failing', async () => {
    for (const query of [
      'month=2026-13',
      'month=x',
      'date=2026-02-31',
      'date=x',
      'timezone=Mars/Base',
      'duration=7',
    ]) {
      const page = await open(`${world.url}/${host.slug}/intro?${query}`)
      expect([query, page.status, page.title]).toEqual([query, 200, 'Intro'])
    }
    expect((await formOf('2026-99-99T09:00:00Z')).status).toBe(404)
  })

  it('are all told of an event type with more starts than the graph tells at once', async () => {
    await givenEventType(host, {
      name: 'Dense',
      slug: 'dense',
      durationMinutes: 5,
      slotIntervalMinutes: 1,
    })
    const page = await open(`${world.url}/${host.slug}/dense?month=2026-04`)
    expect(days(page)).toHaveLength(22)
  })

  it('have two starts of the same time where clocks go back, and their offsets tell them apart', async () => {
    world.clock.set('2026-10-20T07:00:00Z')
    host = await givenHost(world)
    await givenProfile(host, { timeFormat: 24 })
    const nights = await host.run(
      `mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id } } }`,
      {
        input: {
          name: 'Nights',
          timeZone: 'Europe/London',
          weekly: [{ weekday: 'SUNDAY', start: '00:00', end: '04:00' }],
        },
      },
    )
    await givenEventType(host, {
      name: 'Night',
      slug: 'night',
      scheduleId: textAt(nights, 'createSchedule.schedule.id'),
    })
    const page = await open(`${world.url}/${host.slug}/night?date=2026-10-25`)
    const times = page.links.map(([words]) => words).filter(words => words.startsWith('01:00'))
    expect(times).toEqual(['01:00 UTC+1', '01:00 UTC+0'])
  })
})

describe('the form', () => {
  const QUESTIONS = [
    { key: 'topic', label: 'Topic?', kind: 'TEXT', required: true },
    {
      key: 'areas',
      label: 'Areas',
      kind: 'CHECKBOXES',
      options: ['Sales', 'Law'],
      allowOther: true,
    },
    { key: 'size', label: 'Size', kind: 'SELECT', options: ['Small', 'Large'] },
    { key: 'terms', label: 'Terms', kind: 'BOOLEAN', required: true },
    { key: 'count', label: 'How many', kind: 'NUMBER' },
    { key: 'team', label: 'Team', kind: 'EMAILS' },
  ]

  it('takes guests, the location and every kind of answer', async () => {
    await givenEventType(host, {
      name: 'Full',
      slug: 'full',
      allowGuests: true,
      locations: [{ kind: 'IN_PERSON', address: '1 High Street' }, { kind: 'PHONE_INVITEE' }],
      questions: QUESTIONS,
    })
    const form = await formOf(NINE, '', 'full')
    const phone =
      /value="([^"]*PHONE_INVITEE[^"]*)"/.exec(form.html)?.[1]?.replaceAll('&quot;', '"') ?? ''
    const booked = await submit(form, {
      ...ANN,
      guests: 'ben@example.org, cem@example.org',
      location: phone,
      'detail.PHONE_INVITEE': '+44 7700 900123',
      'text.topic': 'A <b>bold</b> plan',
      'list.areas': ['Law', 'Music'],
      'text.size': 'Large',
      'yes.terms': ['no', 'yes'],
      'text.count': '12',
      'lines.team': 'dee@example.org\neve@example.org',
    })
    expect([booked.title, wordsOf(booked.html)]).toEqual([
      'You are booked',
      expect.stringContaining('cem@example.org'),
    ])
    expect(await bookings()).toEqual([
      expect.objectContaining({
        location: expect.objectContaining({
          kind: 'PHONE_INVITEE',
          phone: expect.stringMatching(/7700 ?900123/),
        }),
        invitees: [
          expect.objectContaining({
            guests: ['ben@example.org', 'cem@example.org'],
            answers: {
              topic: 'A <b>bold</b> plan',
              areas: ['Law', 'Music'],
              size: 'Large',
              terms: true,
              count: 12,
              team: ['dee@example.org', 'eve@example.org'],
            },
          }),
        ],
      }),
    ])
  })

  it('comes back with what was typed and the problem beside each field', async () => {
    await givenEventType(host, {
      name: 'Full',
      slug: 'full',
      questions: QUESTIONS,
      allowGuests: true,
    })
    const again = await submit(
      await formOf(NINE, '', 'full'),
      {
        name: 'Ann "Q" <Arbor>',
        email: 'nonsense',
        guests: 'nobody',
        'list.areas': ['Sales', 'Other'],
        'text.count': 'x',
      },
      { unchecked: true },
    )
    expect(again.status).toBe(422)
    expect(valueIn(again, 'name')).toBe('Ann "Q" <Arbor>')
    expect(valueIn(again, 'email')).toBe('nonsense')
    expect(formIn(again).fields).toContainEqual(['list.areas', 'Sales'])
    expect(formIn(again).fields).toContainEqual(['list.areas', 'Other'])
    for (const name of ['email', 'guests', 'text.topic', 'yes.terms', 'text.count']) {
      expect(again.html).toContain(`id="${name}.problem"`)
      expect(again.html).toMatch(
        new RegExp(
          `id="${name}"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*${name}.problem"`,
        ),
      )
    }
    expect(await bookings()).toEqual([])
    const booked = await submit(again, {
      email: 'ann@example.org',
      guests: '',
      'text.topic': 'Plans',
      'yes.terms': ['no', 'yes'],
      'text.count': '',
    })
    expect(booked.title).toBe('You are booked')
  })

  it('is filled in by the link, as those of Calendly are, through all pages', async () => {
    await givenEventType(host, { name: 'Intro', slug: 'intro', questions: QUESTIONS })
    const start = await open(
      `${world.url}/${host.slug}/intro?first_name=Ann&last_name=Arbor&email=ann%40example.org&a1=Plans&a2=Sales,Law&a4=yes&utm_source=crm`,
    )
    const form = await follow(await open(dayLink(start, '2026-03-03')), '09:00')
    expect(valueIn(form, 'name')).toBe('Ann Arbor')
    const booked = await submit(form)
    expect(booked.title).toBe('You are booked')
    expect(await bookings()).toEqual([
      expect.objectContaining({
        invitees: [
          expect.objectContaining({
            ...ANN,
            answers: { topic: 'Plans', areas: ['Sales', 'Law'], terms: true },
            tracking: { utm_source: 'crm' },
          }),
        ],
      }),
    ])
  })

  it('books once, however often it is sent', async () => {
    await givenEventType(host, { name: 'Intro', slug: 'intro', seats: 3 })
    const form = await formOf()
    const answers = await Promise.all([submit(form, ANN), submit(form, ANN)])
    const third = await submit(form, ANN)
    expect(new Set([...answers, third].map(({ url }) => url)).size).toBe(1)
    expect(listAt(await bookings(), '0.invitees')).toHaveLength(1)
    const other = await submit(form, { ...ANN, name: 'Ann B.' })
    expect([other.status, wordsOf(other.html)]).toEqual([
      409,
      expect.stringContaining('with this form already'),
    ])
  })

  it('offers the nearest free starts when the one that was wanted is taken, and books one', async () => {
    const id = await givenEventType(host, { name: 'Intro', slug: 'intro' })
    const form = await formOf()
    await givenBooking(world.visitor, id, NINE)
    const taken = await submit(form, ANN)
    expect(taken.status).toBe(409)
    expect(valueIn(taken, 'name')).toBe('Ann Arbor')
    const offered = [...taken.html.matchAll(/name="start" value="([^"]*)"/g)].map(
      ([, start = '']) => start.slice(0, 16),
    )
    expect(offered).toEqual([
      '2026-03-03T09:30',
      '2026-03-03T10:00',
      '2026-03-03T10:30',
      '2026-03-03T11:00',
      '2026-03-03T11:30',
      '2026-03-03T12:00',
    ])
    expect((await formOf()).html).toContain('This time is not free.')
    expect(valueIn(taken, 'start')).toBeUndefined()
    const unchosen = await submit(taken, {}, { unchecked: true })
    expect(unchosen.status).toBe(404)
    expect(await bookings()).toHaveLength(1)
    const booked = await submit(taken, { start: '2026-03-03T10:00:00.000Z' })
    expect(booked.title).toBe('You are booked')
  })

  it('preselects no alternative, not even the only one, and books one form once', async () => {
    const schedule = await host.run(
      `mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id } } }`,
      {
        input: {
          name: 'Short',
          timeZone: 'Europe/London',
          weekly: [{ weekday: 'TUESDAY', start: '09:00', end: '10:00' }],
        },
      },
    )
    const id = await givenEventType(host, {
      name: 'Intro',
      slug: 'intro',
      scheduleId: textAt(schedule, 'createSchedule.schedule.id'),
      bookingWindow: { kind: 'DAYS', days: 2 },
    })
    const form = await formOf()
    await givenBooking(world.visitor, id, NINE)
    for (const page of [await submit(form, ANN), await formOf()])
      expect(valueIn(page, 'start')).toBeUndefined()
    const again = await submit(form, ANN)
    expect(valueIn(again, 'key')).toBe(valueIn(form, 'key'))
    const booked = await submit(again, { start: '2026-03-03T09:30:00.000Z' })
    expect(booked.title).toBe('You are booked')
    expect((await submit(form, ANN)).status).toBe(409)
    expect(await bookings()).toHaveLength(2)
  })

  it('shows answers, notes and location on the confirmation', async () => {
    await givenEventType(host, {
      name: 'Intro',
      slug: 'intro',
      locations: [{ kind: 'IN_PERSON', address: 'Main Street 1' }],
      questions: [
        { key: 'topic', label: 'Your topic', kind: 'TEXT' },
        { key: 'first', label: 'First time?', kind: 'BOOLEAN' },
      ],
    })
    const booked = await submit(await formOf(), {
      ...ANN,
      'text.topic': 'Garden <paths>',
      'yes.first': 'yes',
    })
    const words = wordsOf(booked.html)
    expect(words).toContain('Your topic Garden <paths>')
    expect(words).toContain('First time? Yes')
    expect(words).toMatch(/Where .*Main Street 1/)
  })

  it('says that the host has yet to confirm', async () => {
    await givenEventType(host, { name: 'Intro', slug: 'intro', confirmation: 'ALWAYS' })
    expect((await submit(await formOf(), ANN)).title).toBe('The host has yet to confirm')
  })

  it('books the length that was chosen', async () => {
    await givenEventType(host, { name: 'Intro', slug: 'intro', durationOptions: [30, 60] })
    const start = await open(`${world.url}/${host.slug}/intro?date=2026-03-03`)
    const hour = await submit(start, { duration: '60' }, { method: 'get' })
    const booked = await submit(await follow(hour, '09:00'), ANN)
    expect(wordsOf(booked.html)).toContain('09:00–10:00')
  })

  it('is not taken from a page of another site', async () => {
    await givenEventType(host, { name: 'Intro', slug: 'intro' })
    const refused = await submit(await formOf(), ANN, {
      headers: { origin: 'https://evil.example' },
    })
    expect([refused.status, refused.title]).toEqual([403, 'This cannot be done'])
    expect(await bookings()).toEqual([])
  })
})

describe('the settings of the host', () => {
  it('apply to the name on every page', async () => {
    await host.run(
      'mutation { updateBookingPage(input: { displayName: "Hanna GmbH" }) { bookingPage { url } } }',
    )
    await givenEventType(host, { name: 'Intro', slug: 'intro' })
    const pages = [await open(`${world.url}/${host.slug}`), await formOf()]
    pages.push(await submit(await formOf(), ANN))
    for (const { html } of pages) {
      expect(wordsOf(html)).toContain('Hanna GmbH')
      expect(wordsOf(html)).not.toContain('Hanna Host')
    }
  })

  it('apply to the clock of slots, form and confirmation', async () => {
    await givenProfile(host, { timeFormat: 12 })
    await givenEventType(host, { name: 'Intro', slug: 'intro' })
    const day = await open(`${world.url}/${host.slug}/intro?date=2026-03-03`)
    const form = await follow(day, '1:30 pm')
    expect(wordsOf(form.html)).toContain('Tuesday, 3 March 2026, 1:30 pm (Europe/London)')
    const booked = await submit(form, ANN)
    expect(wordsOf(booked.html)).toContain('1:30 pm–2:00 pm (Europe/London)')
  })

  it.each([
    ['SUNDAY', 'Su Mo Tu We Th Fr Sa'],
    ['MONDAY', 'Mo Tu We Th Fr Sa Su'],
    ['SATURDAY', 'Sa Su Mo Tu We Th Fr'],
  ])('make weeks begin on %s', async (weekStart, head) => {
    await givenProfile(host, { weekStart })
    await givenEventType(host, { name: 'Intro', slug: 'intro' })
    const page = await open(`${world.url}/${host.slug}/intro?month=2026-03`)
    expect(wordsOf(page.html)).toContain(head)
    const rows = [...page.html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
      [...row.matchAll(/<td>(.*?)<\/td>/gs)].map(([, cell = '']) => wordsOf(cell).trim()),
    )
    // 3 March 2026 is a Tuesday.
    const week = rows.find(cells => cells.includes('3')) ?? []
    expect(head.split(' ')[week.indexOf('3')]).toBe('Tu')
  })
})

describe('a link that books once', () => {
  const givenLink = async () => {
    const id = await givenEventType(host, { name: 'Intro', slug: 'intro', isSecret: true })
    const made = await host.run(
      'mutation ($id: ID!) { createBookingLink(input: { eventTypeId: $id }) { link { url } } }',
      { id },
    )
    return textAt(made, 'createBookingLink.link.url')
  }

  it('books by the same pages, once, and says so after', async () => {
    const url = await givenLink()
    const day = await open(dayLink(await open(url), '2026-03-03'))
    const form = await follow(day, '09:00')
    const booked = await submit(form, ANN)
    expect(booked.title).toBe('You are booked')
    expect((await submit(form, ANN)).url).toBe(booked.url)
    for (const dead of [await open(url), await submit(form, { ...ANN, key: 'another' })]) {
      expect([dead.status, wordsOf(dead.html)]).toEqual([
        404,
        expect.stringContaining('has been used'),
      ])
    }
    expect(await bookings()).toHaveLength(1)
  })
})

describe('every page', () => {
  it('escapes what hosts and visitors write', async () => {
    const evil = `"><script>alert(1)</script>`
    await givenEventType(host, {
      name: evil,
      slug: 'intro',
      description: evil,
      questions: [{ label: evil, kind: 'TEXT' }],
    })
    await host.run(
      'mutation ($input: UpdateBookingPageInput!) { updateBookingPage(input: $input) { bookingPage { url } } }',
      {
        input: { displayName: evil, welcomeMessage: evil, bio: evil },
      },
    )
    const query = `?name=${encodeURIComponent(evil)}&a1=${encodeURIComponent(evil)}&${encodeURIComponent(evil)}=1&date=2026-03-03`
    const pages = [
      await open(`${world.url}/${host.slug}${query}`),
      await open(`${world.url}/${host.slug}/intro${query}`),
      await formOf(NINE, query),
      await submit(await formOf(NINE, query), { email: evil }),
      await submit(await formOf(NINE, query), ANN),
    ]
    for (const page of pages)
      expect([page.url, page.html]).toEqual([page.url, expect.not.stringContaining('<script')])
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 422, 200])
  })

  it('comes without scripts, frames, caches and referrers to others', async () => {
    await givenEventType(host, { name: 'Intro', slug: 'intro' })
    const pages = [
      await open(`${world.url}/${host.slug}`),
      await open(`${world.url}/${host.slug}/intro`),
      await formOf(),
      await submit(await formOf(), ANN),
      await open(`${world.url}/${host.slug}/nothing`),
    ]
    for (const { headers } of pages) {
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'$/,
      )
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  it('labels every field, and names its language', async () => {
    await givenEventType(host, {
      name: 'Intro',
      slug: 'intro',
      allowGuests: true,
      durationOptions: [30, 60],
    })
    for (const { html } of [
      await open(`${world.url}/${host.slug}/intro?date=2026-03-03`),
      await formOf(),
    ]) {
      expect(html).toContain('<html lang="en">')
      const fields = [...html.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)].map(([tag]) => tag)
      for (const field of fields.filter(
        tag => !tag.includes('type="hidden"') && !tag.includes('type="radio"'),
      )) {
        const [, id] = /\sid="([^"]*)"/.exec(field) ?? []
        expect(html).toContain(`for="${id}"`)
      }
    }
  })
})

describe('what is not there', () => {
  it('is told to people as a page, and to programs as elsewhere', async () => {
    const page = await open(`${world.url}/nobody/intro`)
    expect([page.status, page.title]).toEqual([404, 'This is not here'])
    const answer = await fetch(`${world.url}/nobody/intro`)
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { error: 'There is nothing here.', path: '/nobody/intro' },
    ])
  })
})
