// What a dialect accepts, it stores: every field of a body is returned when the thing is read.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type GivenHost, givenHost, givenWorld, type World } from '../helpers/world.ts'
import { type Calcom, givenCalcom } from './calcom/calcom.ts'
import { givenToken, restOf } from './rest.ts'

let world: World
let host: GivenHost
let calcom: Calcom

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world, { name: 'Ada Berg' })
  calcom = await givenCalcom(world, host)
})
afterAll(() => world.end())

const Row = z.looseObject({ id: z.union([z.string(), z.number()]) })

/** A thing of Cal.com: what is sent, and fields that are documented as not returned. */
interface Sent {
  path: string
  version?: string
  body: Record<string, unknown>
  changes: Record<string, unknown>
  unreturned?: string[]
}

const things: Sent[] = [
  {
    path: '/teams',
    body: {
      name: 'Support',
      slug: 'support-stored',
      logoUrl: 'https://a.example/logo.png',
      calVideoLogo: 'https://a.example/v.png',
      appLogo: 'https://a.example/app.png',
      appIconLogo: 'https://a.example/icon.png',
      bio: 'We help.',
      hideBranding: true,
      isPrivate: true,
      hideBookATeamMember: true,
      metadata: { crm: '1' },
      theme: 'dark',
      brandColor: '#112233',
      darkBrandColor: '#445566',
      bannerUrl: 'https://a.example/banner.png',
      timeFormat: 24,
      timeZone: 'Europe/Riga',
      weekStart: 'Monday',
    },
    changes: {
      name: 'Help',
      theme: 'light',
      metadata: { crm: '2' },
      timeZone: 'Europe/Rome',
      bio: 'Still here.',
    },
  },
  {
    path: '/schedules',
    version: '2024-06-11',
    body: {
      name: 'Work',
      timeZone: 'Europe/Rome',
      isDefault: false,
      availability: [{ days: ['Monday', 'Friday'], startTime: '09:00', endTime: '17:00' }],
      overrides: [{ date: '2027-03-08', startTime: '12:00', endTime: '14:00' }],
    },
    changes: {
      name: 'Play',
      availability: [{ days: ['Sunday'], startTime: '10:00', endTime: '11:00' }],
      overrides: [],
    },
  },
  {
    path: '/webhooks',
    body: {
      active: false,
      subscriberUrl: 'https://r.example/stored',
      triggers: ['BOOKING_CREATED', 'BOOKING_CANCELLED'],
      payloadTemplate: '{"t":"{{title}}"}',
      secret: 'a secret',
    },
    changes: {
      active: true,
      triggers: ['BOOKING_REJECTED'],
      payloadTemplate: '{"u":"{{uid}}"}',
      secret: 'another',
    },
  },
  {
    path: '/event-types',
    version: '2024-06-14',
    body: {
      lengthInMinutes: 30,
      title: 'Stored',
      slug: 'stored',
      lengthInMinutesOptions: [30, 60],
      description: 'About it',
      slotInterval: 15,
      minimumBookingNotice: 10,
      beforeEventBuffer: 5,
      afterEventBuffer: 10,
      offsetStart: 5,
      disableGuests: true,
      bookingLimitsCount: { day: 2, week: 4 },
      bookingLimitsDuration: { day: 60, week: 240 },
      bookerActiveBookingsLimit: { maximumActiveBookings: 3, offerReschedule: true },
      onlyShowFirstAvailableSlot: true,
      bookingWindow: { type: 'businessDays', value: 20, rolling: true },
      bookerLayouts: { defaultLayout: 'month', enabledLayouts: ['month', 'week'] },
      confirmationPolicy: {
        type: 'time',
        noticeThreshold: { unit: 'hours', count: 3 },
        blockUnconfirmedBookingsInBooker: true,
      },
      color: { lightThemeHex: '#112233', darkThemeHex: '#445566' },
      customName: 'With {Organiser}',
      destinationCalendar: { integration: 'google_calendar', externalId: 'a@x.example' },
      requiresBookerEmailVerification: true,
      hideCalendarNotes: true,
      hideCalendarEventDetails: true,
      hideOrganizerEmail: true,
      lockTimeZoneToggleOnBookingPage: true,
      useDestinationCalendarEmail: true,
      successRedirectUrl: 'https://a.example/thanks',
      hidden: true,
      bookingRequiresAuthentication: true,
      disableCancelling: { disabled: true },
      disableRescheduling: { disabled: false, minutesBefore: 60 },
      interfaceLanguage: 'lv',
      allowReschedulingPastBookings: true,
      allowReschedulingCancelledBookings: true,
      showOptimizedSlots: true,
      metadata: { crm: '7' },
    },
    changes: {
      title: 'Changed',
      hideOrganizerEmail: false,
      seats: { disabled: true },
      recurrence: { disabled: true },
      bookingWindow: { type: 'calendarDays', value: 5, rolling: false },
      metadata: { crm: '8' },
    },
    unreturned: ['recurrence'],
  },
]

describe('Cal.com', () => {
  it.each(things)(
    'stores every field of $path',
    async ({ path, version, body, changes, unreturned = [] }) => {
      const by = calcom.in(version)
      const made = await by.post(path, body)
      expect(made.status, JSON.stringify(made.body)).toBe(201)
      const { id } = z.object({ data: Row }).parse(made.body).data
      expect((await by.get(`${path}/${id}`)).body).toMatchObject({ data: body })
      const changed = await by.patch(`${path}/${id}`, changes)
      expect(changed.status, JSON.stringify(changed.body)).toBe(200)
      const returned = Object.entries(changes).filter(([name]) => !unreturned.includes(name))
      expect((await by.get(`${path}/${id}`)).body).toMatchObject({
        data: Object.fromEntries(returned),
      })
    },
  )
})

describe('Calendo', () => {
  const bodies: [path: string, body: Record<string, unknown>, shown?: Record<string, unknown>][] = [
    [
      '/event-types',
      {
        name: 'Call',
        duration_minutes: 45,
        color: '#112233',
        description: 'About it',
        location_type: 'zoom',
        questions: [
          {
            label: 'Topic',
            key: 'topic',
            type: 'select',
            required: true,
            options: ['a'],
            placeholder: 'p',
          },
        ],
        is_secret: 1,
        requires_confirmation: 1,
        buffer_before: 5,
        buffer_after: 10,
        min_notice_hours: 1.5,
        max_future_days: 20,
      },
      {
        questions: [
          {
            label: 'Topic',
            key: 'topic',
            type: 'select',
            required: true,
            options: ['a'],
            placeholder: 'p',
          },
        ],
      },
    ],
    [
      '/availability-schedules',
      {
        name: 'Work',
        timezone: 'Europe/Rome',
        rules: [{ day: 1, start: '10:00', end: '12:00' }],
        overrides: [{ date: '2026-03-08', start: '12:00', end: '14:00' }],
        is_default: 1,
      },
      {
        rules: JSON.stringify([{ day: 1, start: '10:00', end: '12:00' }]),
        overrides: JSON.stringify([{ date: '2026-03-08', start: '12:00', end: '14:00' }]),
      },
    ],
  ]

  it.each(bodies)(
    'stores every field of %s, and accepts its response as input',
    async (path, body, shown) => {
      const headers = { 'x-api-key': await givenToken(host), 'content-type': 'application/json' }
      const send = (to: string, method: string, sent?: unknown) =>
        restOf(`${world.url}/api`, '').send(to, {
          method,
          headers,
          ...(sent !== undefined && { body: JSON.stringify(sent) }),
        })
      const made = await send(path, 'POST', body)
      expect(made.status, JSON.stringify(made.body)).toBe(201)
      expect(made.body).toMatchObject({ ...body, ...shown })
      const again = await send(`${path}/${Row.parse(made.body).id}`, 'PUT', made.body)
      expect(again.body).toEqual(made.body)
    },
  )
})
