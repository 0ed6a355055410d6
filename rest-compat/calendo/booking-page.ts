import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { id } from './values.ts'

const group = 'Booking page'

const PageParts = graphql(
  'fragment CalendoBookingPage on BookingPage { databaseId slug displayName bio brandColor welcomeMessage }',
)

const Page = z
  .object({
    id,
    slug: z.string(),
    display_name: z.string(),
    bio: z.string().nullable(),
    brand_color: z.string().meta({ description: '`#rrggbb`.' }),
    welcome_message: z.string().nullable(),
  })
  .meta({ id: 'BookingPage' })

const page = (shown: ResultOf<typeof PageParts>): z.input<typeof Page> => ({
  id: shown.databaseId,
  slug: shown.slug,
  display_name: shown.displayName,
  bio: shown.bio,
  brand_color: shown.brandColor,
  welcome_message: shown.welcomeMessage,
})

const get = route({
  method: 'GET',
  path: '/booking-page',
  name: 'getBookingPage',
  summary: 'The public page of the user.',
  group,
  request: {},
  response: Page,
  document: graphql(
    'query CalendoGetBookingPage { viewer { bookingPage { ...CalendoBookingPage } } }',
    [PageParts],
  ),
  variables: () => ({}),
  reply: ({ viewer }) => page(found(viewer?.bookingPage ?? null, 'booking page')),
})

const update = route({
  method: 'PUT',
  path: '/booking-page',
  name: 'updateBookingPage',
  summary: 'Changes what the body names. 409 when the slug is taken.',
  group,
  scope: 'profile:write',
  request: {
    body: z.object({
      display_name: z.string().optional().meta({ description: 'Name shown on the page.' }),
      bio: z.string().nullish().meta({ description: 'About the host. Null removes it.' }),
      brand_color: z.string().optional().meta({ description: '`#rrggbb`.' }),
      welcome_message: z
        .string()
        .nullish()
        .meta({ description: 'Shown to invitees; null takes it away.' }),
      slug: z
        .string()
        .optional()
        .meta({ description: 'First segment of the links: a-z, 0-9 and hyphens.' }),
    }),
  },
  response: Page,
  document: graphql(
    `mutation CalendoUpdateBookingPage($input: UpdateBookingPageInput!) {
      updateBookingPage(input: $input) { bookingPage { ...CalendoBookingPage } }
    }`,
    [PageParts],
  ),
  variables: ({ body }) => ({
    input: {
      slug: body.slug,
      displayName: body.display_name,
      bio: body.bio,
      brandColor: body.brand_color,
      welcomeMessage: body.welcome_message,
    },
  }),
  reply: ({ updateBookingPage }) => page(updateBookingPage.bookingPage),
  names: {
    'input.displayName': 'display_name',
    'input.brandColor': 'brand_color',
    'input.welcomeMessage': 'welcome_message',
  },
})

export const bookingPage = [get, update]
