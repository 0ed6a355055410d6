import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { id, Ok, ok, Time, time } from './values.ts'

const group = 'Accounts'

/** "default: America/Los_Angeles", which its samples show of new users too. */
export const DEFAULT_ZONE = 'America/Los_Angeles'

const UserParts = graphql(
  'fragment CalendoUser on User { databaseId email name timeZone avatarUrl createdAt }',
)

const User = z
  .object({ id, email: z.string(), name: z.string(), timezone: z.string() })
  .meta({ id: 'User' })
const NewUser = User.extend({ created_at: Time }).meta({ id: 'NewUser' })
const Me = User.extend({ avatar_url: z.string().nullable(), created_at: Time }).meta({ id: 'Me' })

const user = (shown: ResultOf<typeof UserParts>): z.input<typeof User> => ({
  id: shown.databaseId,
  email: shown.email,
  name: shown.name,
  timezone: shown.timeZone,
})

const register = route({
  method: 'POST',
  path: '/auth/register',
  name: 'register',
  summary:
    'Makes an account with its booking page and a schedule, Monday to Friday from 09:00 to 17:00, and logs in: the answer sets the cookie `session`.',
  group,
  forAnyone: true,
  status: 201,
  request: {
    body: z.object({
      email: z
        .string()
        .meta({ format: 'email', description: 'To log in with; 409 when it has an account.' }),
      password: z.string().meta({ description: '8 to 200 characters.' }),
      name: z.string().meta({ description: 'Name to show.' }),
      timezone: z
        .string()
        .nullish()
        .meta({
          description: `IANA zone of the account and its schedule; ${DEFAULT_ZONE} unless given.`,
        }),
    }),
  },
  response: z.object({ user: NewUser, bookingSlug: z.string() }),
  document: graphql(
    `mutation CalendoRegister($input: RegisterInput!) {
      register(input: $input) { user { ...CalendoUser bookingPage { slug } } }
    }`,
    [UserParts],
  ),
  variables: ({ body: { timezone, email, password, name } }) => ({
    input: { email, password, name, timeZone: timezone ?? DEFAULT_ZONE },
  }),
  reply: ({ register: { user: made } }) => ({
    user: { ...user(made), created_at: time(made.createdAt) },
    bookingSlug: found(made.bookingPage, 'booking page').slug,
  }),
  names: { 'input.timeZone': 'timezone' },
})

const logIn = route({
  method: 'POST',
  path: '/auth/login',
  name: 'logIn',
  summary: 'Opens a session: the answer sets its cookie, `session`.',
  group,
  forAnyone: true,
  request: {
    body: z.object({
      email: z.string().meta({ format: 'email', description: 'Address of the account.' }),
      password: z.string().meta({ description: 'Its password.' }),
    }),
  },
  response: z.object({ user: User }),
  document: graphql(
    'mutation CalendoLogIn($input: LogInInput!) { logIn(input: $input) { user { ...CalendoUser } } }',
    [UserParts],
  ),
  variables: ({ body }) => ({ input: body }),
  reply: data => ({ user: user(data.logIn.user) }),
})

const logOut = route({
  method: 'POST',
  path: '/auth/logout',
  name: 'logOut',
  summary: 'Ends the session that the request came with, on the server too.',
  group,
  request: {},
  response: Ok,
  document: graphql('mutation CalendoLogOut { logOut { ok } }'),
  variables: () => ({}),
  reply: () => ok,
})

const me = route({
  method: 'GET',
  path: '/auth/me',
  name: 'getMe',
  summary: 'The user whose credential it is.',
  group,
  request: {},
  response: Me,
  document: graphql('query CalendoGetMe { viewer { ...CalendoUser } }', [UserParts]),
  variables: () => ({}),
  reply({ viewer }) {
    const shown = found(viewer, 'user')
    return { ...user(shown), avatar_url: shown.avatarUrl, created_at: time(shown.createdAt) }
  },
})

export const accounts = [register, logIn, logOut, me]
