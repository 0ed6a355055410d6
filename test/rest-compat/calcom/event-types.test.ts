// Cal.com v2: event types in the shape of 2024-06-14.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  MONDAY,
  type World,
} from '../../helpers/world.ts'
import { anyone, type Calcom, givenCalcom, refused, success } from './calcom.ts'
import { field, idIn, made } from './event-types.ts'
import { objectionsTo } from './official.ts'

const VERSION = '2024-06-14'

let world: World
let host: GivenHost
let api: Calcom

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Host' })
  api = await givenCalcom(world, host, { version: VERSION })
})

const plain = { lengthInMinutes: 30, title: 'Intro', slug: 'intro' }

const always = {
  name: { isDefault: true, type: 'name', slug: 'name', required: true, disableOnPrefill: false },
  email: {
    isDefault: true,
    type: 'email',
    slug: 'email',
    required: true,
    hidden: false,
    disableOnPrefill: false,
  },
  title: {
    isDefault: true,
    type: 'text',
    slug: 'title',
    required: true,
    hidden: true,
    disableOnPrefill: false,
  },
  notes: {
    isDefault: true,
    type: 'textarea',
    slug: 'notes',
    required: false,
    hidden: false,
    disableOnPrefill: false,
  },
  guests: {
    isDefault: true,
    type: 'multiemail',
    slug: 'guests',
    required: false,
    hidden: false,
    disableOnPrefill: false,
  },
  rescheduleReason: {
    isDefault: true,
    type: 'textarea',
    slug: 'rescheduleReason',
    required: false,
    hidden: false,
    disableOnPrefill: false,
  },
}

const defaults = () => ({
  ...plain,
  id: expect.any(Number),
  ownerId: expect.any(Number),
  description: '',
  locations: [{ type: 'integration', integration: 'cal-video' }],
  bookingFields: Object.values(always),
  recurrence: null,
  disableGuests: false,
  slotInterval: null,
  minimumBookingNotice: 120,
  beforeEventBuffer: 0,
  afterEventBuffer: 0,
  offsetStart: 0,
  metadata: {},
  price: 0,
  currency: 'usd',
  lockTimeZoneToggleOnBookingPage: false,
  forwardParamsSuccessRedirect: true,
  successRedirectUrl: null,
  isInstantEvent: false,
  users: [
    {
      id: expect.any(Number),
      name: 'Host',
      username: host.slug,
      avatarUrl: null,
      brandColor: null,
      darkBrandColor: null,
      weekStart: 'Sunday',
      metadata: {},
    },
  ],
  scheduleId: null,
  onlyShowFirstAvailableSlot: false,
  bookingWindow: { disabled: true },
  confirmationPolicy: { disabled: true },
  seats: { disabled: true },
  bookerActiveBookingsLimit: { disabled: true },
  requiresBookerEmailVerification: false,
  hideCalendarNotes: false,
  useDestinationCalendarEmail: false,
  hideCalendarEventDetails: false,
  hideOrganizerEmail: false,
  calVideoSettings: null,
  hidden: false,
  bookingRequiresAuthentication: false,
  bookingUrl: `${world.url}/${host.slug}/intro`,
})

/**
 * Every setting, as it is given and told, but for a limit on active bookings, which a recurrence
 * excludes.
 */
const everything = {
  ...plain,
  lengthInMinutesOptions: [15, 30, 60],
  description: 'Words',
  disableGuests: true,
  slotInterval: 20,
  minimumBookingNotice: 0,
  beforeEventBuffer: 5,
  afterEventBuffer: 10,
  offsetStart: 3,
  bookingLimitsCount: { day: 2, week: 5 },
  bookingLimitsDuration: { day: 60, month: 300 },
  onlyShowFirstAvailableSlot: true,
  bookingWindow: { type: 'businessDays', value: 30, rolling: true },
  bookerLayouts: { defaultLayout: 'week', enabledLayouts: ['week', 'column'] },
  confirmationPolicy: {
    type: 'time',
    noticeThreshold: { unit: 'hours', count: 3 },
    blockUnconfirmedBookingsInBooker: true,
  },
  recurrence: { interval: 1, occurrences: 10, frequency: 'weekly' },
  requiresBookerEmailVerification: true,
  hideCalendarNotes: true,
  lockTimeZoneToggleOnBookingPage: true,
  color: { lightThemeHex: '#aabbcc', darkThemeHex: '#112233' },
  customName: '{Event type title} with {Scheduler}',
  destinationCalendar: { integration: 'google_calendar', externalId: 'a@x.example' },
  useDestinationCalendarEmail: true,
  hideCalendarEventDetails: true,
  successRedirectUrl: 'https://a.example/thanks',
  hideOrganizerEmail: true,
  calVideoSettings: { disableRecordingForGuests: true },
  hidden: true,
  bookingRequiresAuthentication: true,
  disableCancelling: { disabled: true },
  disableRescheduling: { disabled: false, minutesBefore: 60 },
  interfaceLanguage: 'de',
  allowReschedulingPastBookings: true,
  allowReschedulingCancelledBookings: true,
  showOptimizedSlots: true,
  locations: [
    { type: 'address', address: 'Main Street 1', public: true },
    { type: 'link', link: 'https://meet.example/1', public: false },
    { type: 'phone', phone: '+371 20000000', public: true },
    { type: 'attendeeAddress' },
    { type: 'attendeePhone' },
    { type: 'attendeeDefined' },
    { type: 'integration', integration: 'cal-video' },
  ],
}

describe('a new event type', () => {
  it('has the defaults of Cal.com, and is found again', async () => {
    const answer = await api.post('/event-types', plain)
    expect(answer).toMatchObject({ status: 201 })
    expect(answer.body).toEqual(success(defaults()))
    expect((await api.get(`/event-types/${idIn(answer)}`)).body).toEqual(answer.body)
  })

  it('tells every setting as it was given', async () => {
    const answer = await api.post('/event-types', everything)
    expect(answer).toMatchObject({ status: 201, body: { data: everything } })
    expect((await api.get(`/event-types/${idIn(answer)}`)).body).toEqual(answer.body)
  })

  it('lays its starts as Cal.com does', async () => {
    await api.post('/event-types', plain)
    expect(
      await host.run('{ eventTypes { edges { node { slotGrid bookingWindow { kind } } } } }'),
    ).toEqual({
      eventTypes: {
        edges: [{ node: { slotGrid: 'VIEWER_CLOCK', bookingWindow: { kind: 'UNLIMITED' } } }],
      },
    })
  })

  it.each([
    [{ bookingWindow: { type: 'calendarDays', value: 7, rolling: false } }],
    [{ bookingWindow: { type: 'range', value: ['2027-03-01', '2027-03-31'] } }],
    [{ confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } }],
    [{ seats: { seatsPerTimeSlot: 5, showAttendeeInfo: true, showAvailabilityCount: false } }],
    [{ disableRescheduling: { disabled: true } }],
    [{ metadata: { crm: '77' } }],
    [{ bookerActiveBookingsLimit: { maximumActiveBookings: 2, offerReschedule: true } }],
  ])('tells %j', async given => {
    expect((await api.post('/event-types', { ...plain, ...given })).body).toMatchObject({
      data: given,
    })
  })

  it('has its slug in the form of links', async () => {
    expect(await made(api, { ...plain, slug: 'Coding Class' })).toMatchObject({
      slug: 'coding-class',
    })
  })
})

describe('booking fields', () => {
  const custom = [
    field('phone', { placeholder: '+371' }),
    field('address', { placeholder: 'Street' }),
    field('text', { placeholder: '', hidden: true }),
    field('url', { placeholder: '' }),
    field('number', { placeholder: '' }),
    field('textarea', { placeholder: '', disableOnPrefill: true }),
    field('select', { placeholder: 'Choose', options: ['a', 'b'] }),
    field('multiselect', { options: ['a', 'b'] }),
    field('multiemail', { placeholder: '' }),
    field('checkbox', { options: ['a', 'b'], required: true }),
    field('radio', { options: ['a', 'b'] }),
    field('boolean', {}),
  ]

  it('of the host stand between those that are always there', async () => {
    const told = await made(api, { ...plain, bookingFields: custom })
    const { name, email, ...after } = always
    const own = custom.map(each => ({ isDefault: false, ...each }))
    expect(told.bookingFields).toEqual([name, email, ...own, ...Object.values(after)])
  })

  it('that are always there can be set up', async () => {
    const told = await made(api, {
      ...plain,
      bookingFields: [
        { type: 'name', label: 'Who?', placeholder: 'Ada' },
        { type: 'email', label: 'Mail', placeholder: '', required: true },
        { slug: 'notes', label: 'Anything else', required: true },
        { slug: 'guests', hidden: true },
      ],
    })
    expect(told.bookingFields).toEqual([
      { ...always.name, label: 'Who?', placeholder: 'Ada' },
      { ...always.email, label: 'Mail', placeholder: '' },
      always.title,
      { ...always.notes, label: 'Anything else', required: true },
      { ...always.guests, hidden: true },
      always.rescheduleReason,
    ])
  })

  it('ask for the location where there are several', async () => {
    const told = await made(api, {
      ...plain,
      locations: [
        { type: 'attendeePhone' },
        { type: 'link', link: 'https://a.example', public: true },
      ],
    })
    expect(told.bookingFields).toContainEqual(
      expect.objectContaining({ slug: 'location', type: 'radioInput' }),
    )
  })

  it('ask for an address or a number, always', async () => {
    const noEmail = { type: 'email', label: 'Mail', placeholder: '', required: false }
    expect(await api.post('/event-types', { ...plain, bookingFields: [noEmail] })).toMatchObject({
      status: 400,
    })
    const phone = {
      ...field('phone', { placeholder: '' }),
      slug: 'attendeePhoneNumber',
      required: true,
    }
    const told = await made(api, { ...plain, bookingFields: [noEmail, phone] })
    expect(told.bookingFields).toContainEqual({ ...phone, isDefault: true })
  })

  it('that are hidden are not in lists', async () => {
    await made(api, { ...plain, bookingFields: [field('text', { placeholder: '', hidden: true })] })
    const list = await api.get('/event-types')
    expect(list.body).toMatchObject({ data: [{ slug: 'intro' }] })
    expect(JSON.stringify(list.body)).not.toContain('"hidden":true')
  })
})

describe('members of unions', () => {
  const schemas: Record<string, string> = {
    phone: 'PhoneField',
    address: 'AddressField',
    text: 'TextField',
    url: 'UrlField',
    number: 'NumberField',
    textarea: 'TextAreaField',
    select: 'SelectField',
    multiselect: 'MultiSelectField',
    multiemail: 'MultiEmailField',
    checkbox: 'CheckboxGroupField',
    radio: 'RadioGroupField',
    boolean: 'BooleanField',
  }
  const places: Record<string, string> = {
    address: 'OutputAddressLocation',
    link: 'OutputLinkLocation',
    phone: 'OutputPhoneLocation',
    integration: 'OutputIntegrationLocation',
    unknown: 'OutputUnknownLocation',
  }
  const Members = z.array(z.looseObject({ type: z.string(), isDefault: z.boolean().optional() }))

  it('are as the document has each of them', async () => {
    const options = { options: ['a', 'b'] }
    const fields = Object.keys(schemas).map(type =>
      field(type, /select|checkbox|radio/.test(type) ? options : {}),
    )
    const told = await made(api, { ...everything, bookingFields: fields })
    for (const own of Members.parse(told.bookingFields).filter(
      ({ isDefault }) => isDefault === false,
    )) {
      expect(objectionsTo(`${schemas[own.type]}Output_2024_06_14`, own), own.type).toEqual([])
    }
    for (const place of Members.parse(told.locations).filter(({ type }) =>
      Object.hasOwn(places, type),
    )) {
      expect(objectionsTo(`${places[place.type]}_2024_06_14`, place), place.type).toEqual([])
    }
  })
})

describe('values that do not go', () => {
  it.each([
    ['no title', { title: undefined }, /title must be a string|should not be null/],
    ['a length of nothing', { lengthInMinutes: 0 }, /lengthInMinutes must not be less than 1/],
    ['options without the length', { lengthInMinutesOptions: [15, 60] }, /lengthInMinutesOptions/],
    ['limits that fall', { bookingLimitsCount: { day: 9, month: 5 } }, /bookingLimitsCount|month/],
    [
      'a limit of less than 15 minutes',
      { bookingLimitsDuration: { day: 10 } },
      /must not be less than 15/,
    ],
    [
      'an unknown field',
      { bookingFields: [{ type: 'rainbow', slug: 'x', label: 'X', required: true }] },
      /type/,
    ],
    [
      'seats at several places',
      { seats: seated(2), locations: [{ type: 'attendeePhone' }, { type: 'attendeeAddress' }] },
      /Seats Validation failed/,
    ],
    [
      'seats that are approved',
      {
        seats: seated(2),
        confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true },
      },
      /RequiresConfirmation/,
    ],
    [
      'a conference that is not connected',
      { locations: [{ type: 'integration', integration: 'zoom' }] },
      /zoom not connected/,
    ],
    [
      'a conference that there is not',
      { locations: [{ type: 'integration', integration: 'pigeon' }] },
      /pigeon/,
    ],
  ])('%s', async (_, wrong, words) => {
    const answer = await api.post('/event-types', { ...plain, ...wrong })
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body)).toMatch(words)
  })

  it.each([
    [{ day: 3, month: 5 }, 201],
    [{ day: 9, month: 5 }, 400],
    [{ day: 9, year: 25 }, 201],
    [{ day: 1, year: 1 }, 201],
    [{}, 201],
  ])('limits on bookings of %j answer %i', async (bookingLimitsCount, status) => {
    expect(await api.post('/event-types', { ...plain, bookingLimitsCount })).toMatchObject({
      status,
    })
  })

  it('a slug that is taken', async () => {
    await api.post('/event-types', plain)
    expect(await api.post('/event-types', plain)).toMatchObject(
      refused(400, 'User already has an event type with this slug.'),
    )
  })

  it("a schedule of somebody else's", async () => {
    expect(await api.post('/event-types', { ...plain, scheduleId: 1_999_999_999 })).toMatchObject({
      status: 404,
    })
  })
})

describe('changes', () => {
  it('are of what is named alone, and of what the graph has no room for too', async () => {
    const { id } = await made(api, everything)
    const changed = await api.patch(`/event-types/${id}`, {
      title: 'Other',
      customName: 'Name',
      hidden: false,
    })
    expect(changed).toMatchObject({
      status: 200,
      body: { data: { ...everything, title: 'Other', customName: 'Name', hidden: false } },
    })
  })

  it('switch policies off', async () => {
    const { id } = await made(api, everything)
    const off = { disabled: true }
    const changed = await api.patch(`/event-types/${id}`, {
      bookingWindow: off,
      confirmationPolicy: off,
      recurrence: off,
      bookerActiveBookingsLimit: off,
      bookingLimitsCount: off,
      bookingLimitsDuration: off,
    })
    expect(changed.body).toMatchObject({
      data: {
        bookingWindow: off,
        confirmationPolicy: off,
        recurrence: null,
        bookerActiveBookingsLimit: off,
      },
    })
    expect(JSON.stringify(changed.body)).not.toMatch(/bookingLimits(Count|Duration)/)
  })

  it('are refused for what is not there, or is of somebody else', async () => {
    const theirs = await givenEventType(await givenHost(world), {})
    const read = await world.visitor.run(
      'query ($id: ID!) { publicEventType(ref: { id: $id }) { databaseId } }',
      {
        id: theirs,
      },
    )
    const number = idIn({ body: { data: { id: Object(read.publicEventType).databaseId } } })
    for (const act of [api.patch, api.get, api.delete]) {
      expect(await act(`/event-types/${number}`, {})).toMatchObject({ status: 403 })
      expect(await act('/event-types/1999999999', {})).toMatchObject({ status: 404 })
      expect(await act('/event-types/one', {})).toMatchObject(
        refused(400, expect.stringMatching(/^Validation failed/)),
      )
    }
  })

  it('delete it, and its slug is free', async () => {
    const { id } = await made(api, plain)
    expect(await api.delete(`/event-types/${id}`)).toMatchObject({ status: 200 })
    expect(await api.get(`/event-types/${id}`)).toMatchObject({ status: 404 })
    expect(await api.delete(`/event-types/${id}`)).toMatchObject({ status: 404 })
    expect(await made(api, plain)).toMatchObject({ slug: 'intro' })
  })
})

describe('a list', () => {
  beforeEach(async () => {
    await made(api, { ...plain, slug: 'a' })
    await made(api, { ...plain, slug: 'b', hidden: true })
    await made(api, { ...plain, slug: 'c' })
  })
  const slugs = async (query: string, caller = api) => {
    const { body } = await caller.get(`/event-types${query}`)
    return JSON.stringify(body).match(/(?<="slug":")[abc](?=")/g) ?? []
  }

  it('is of the account, hidden ones among them', async () => {
    expect(await slugs('')).toEqual(['a', 'b', 'c'])
    expect(await slugs('?sortCreatedAt=desc')).toEqual(['c', 'b', 'a'])
    expect(await slugs(`?username=${host.slug}`)).toEqual(['a', 'b', 'c'])
  })

  it('is of somebody by name, without hidden ones', async () => {
    const visitor = anyone(world, VERSION)
    expect(await slugs(`?username=${host.slug}`, visitor)).toEqual(['a', 'c'])
    expect(await slugs(`?username=${host.slug}&sortCreatedAt=desc`, visitor)).toEqual(['c', 'a'])
    expect(await slugs(`?username=${host.slug}&eventSlug=c`, visitor)).toEqual(['c'])
    expect(await slugs(`?username=${host.slug}&eventSlug=b`, visitor)).toEqual([])
    expect(await slugs('', visitor)).toEqual([])
    expect((await visitor.get('/event-types')).body).toEqual(success([]))
    expect(await visitor.get('/event-types?username=nobody-here')).toMatchObject({ status: 404 })
    expect(
      await visitor.in(VERSION).with({ authorization: 'Bearer cal_wrong' }).get('/event-types'),
    ).toMatchObject({
      status: 401,
    })
  })

  it('is of several together: the event type at which they all meet', async () => {
    const other = await givenHost(world)
    const answer = await anyone(world, VERSION).get(
      `/event-types?usernames=${host.slug},${other.slug}`,
    )
    expect(answer.body).toMatchObject({
      data: [
        { id: 0, slug: 'dynamic', lengthInMinutes: 30, lengthInMinutesOptions: [15, 30, 45, 60] },
      ],
    })
    expect(
      await anyone(world, VERSION).get(`/event-types?usernames=${host.slug},nobody-here`),
    ).toMatchObject({
      status: 404,
    })
  })
})

it('tells what the graph has and Cal.com has not, as something unknown', async () => {
  const id = await givenEventType(host, {
    slug: 'river',
    locations: [{ kind: 'CUSTOM', text: 'By the river' }],
  })
  await givenBooking(world.visitor, id, '2026-03-03T10:00:00Z')
  expect((await api.get(`/event-types?username=${host.slug}&eventSlug=river`)).body).toMatchObject({
    data: [
      {
        locations: [
          { type: 'unknown', location: '{"kind":"CUSTOM","text":"By the river","isPublic":true}' },
        ],
      },
    ],
  })
})

function seated(seatsPerTimeSlot: number) {
  return { seatsPerTimeSlot, showAttendeeInfo: false, showAvailabilityCount: true }
}
