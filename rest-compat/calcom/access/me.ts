import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { email, graphWeekday, id, oneOf, text, weekdayOf, weekdays } from '../values.ts'

const group = 'Me'

const MeParts = graphql(`
  fragment CalcomMe on User {
    databaseId email name avatarUrl timeZone timeFormat weekStart defaultScheduleDatabaseId
    bookingPage { slug bio }
  }
`)

const Me = z
  .object({
    id,
    username: z.string().meta({ description: 'Slug of the booking page.' }),
    email: z.string(),
    name: z.string(),
    avatarUrl: z.string().nullable(),
    bio: z.string().nullable(),
    timeFormat: z.int().meta({ description: '12 or 24.' }),
    defaultScheduleId: z.int().nullable(),
    weekStart: z.enum(weekdays),
    timeZone: z.string(),
    organizationId: z.null().meta({ description: 'There are no organizations.' }),
  })
  .meta({ id: 'Me' })

const me = ({ bookingPage, ...shown }: ResultOf<typeof MeParts>): z.input<typeof Me> => ({
  id: shown.databaseId,
  username: bookingPage?.slug ?? '',
  email: shown.email,
  name: shown.name,
  avatarUrl: shown.avatarUrl,
  bio: bookingPage?.bio ?? null,
  timeFormat: shown.timeFormat,
  defaultScheduleId: shown.defaultScheduleDatabaseId,
  weekStart: weekdayOf(shown.weekStart),
  timeZone: shown.timeZone,
  organizationId: null,
})

const get = route({
  method: 'GET',
  path: '/me',
  name: 'getMe',
  summary: 'The profile of the account.',
  group,
  request: {},
  response: enveloped(Me),
  document: graphql('query CalcomGetMe { viewer { ...CalcomMe } }', [MeParts]),
  variables: () => ({}),
  reply: ({ viewer }) => success(me(found(viewer, 'account'))),
})

const update = route({
  method: 'PATCH',
  path: '/me',
  name: 'updateMe',
  summary: 'Changes what the body names of the profile.',
  group,
  scope: 'profile:write',
  request: {
    body: z.object({
      email: email
        .optional()
        .meta({ description: 'Stays until it is verified, which nobody does here.' }),
      name: text.optional(),
      timeFormat: z.literal([12, 24], 'must be one of the following values: 12, 24').optional(),
      defaultScheduleId: z
        .int('must be a number')
        .optional()
        .meta({ description: 'The schedule to make the default.' }),
      weekStart: oneOf(weekdays).optional(),
      timeZone: text.optional().meta({ description: 'IANA zone, of the default schedule too.' }),
      locale: text.optional(),
      avatarUrl: text.nullish(),
      bio: text.nullish(),
    }),
  },
  response: enveloped(Me),
  document: graphql(
    `mutation CalcomUpdateMe(
      $schedule: UpdateScheduleInput!, $changesSchedule: Boolean!,
      $page: UpdateBookingPageInput!, $changesPage: Boolean!, $profile: UpdateProfileInput!
    ) {
      updateSchedule(input: $schedule) @include(if: $changesSchedule) { schedule { id } }
      updateBookingPage(input: $page) @include(if: $changesPage) { bookingPage { databaseId } }
      updateProfile(input: $profile) { user { ...CalcomMe } }
    }`,
    [MeParts],
  ),
  async variables({ body: { defaultScheduleId, bio, weekStart, email: _, ...profile } }, execute) {
    const { viewer } = await execute(GetDefault, {})
    const scheduleId = defaultScheduleId ?? found(viewer, 'account').defaultScheduleDatabaseId
    return {
      schedule: { id: `${scheduleId ?? ''}`, isDefault: true, timeZone: profile.timeZone },
      changesSchedule: scheduleId !== null && (defaultScheduleId ?? profile.timeZone) !== undefined,
      page: { bio },
      changesPage: bio !== undefined,
      profile: { ...profile, weekStart: weekStart && graphWeekday(weekStart) },
    }
  },
  reply: ({ updateProfile }) => success(me(updateProfile.user)),
  names: {
    'schedule.timeZone': 'timeZone',
    'profile.timeZone': 'timeZone',
    'profile.avatarUrl': 'avatarUrl',
  },
})

export const GetDefault = graphql(
  'query CalcomDefaultSchedule { viewer { defaultScheduleDatabaseId } }',
)

export const profile = [get, update]
