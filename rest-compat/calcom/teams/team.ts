// A team: its contract, 10.1.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { graphWeekday, id, integer, oneOf, text, truth, weekdayOf, weekdays } from '../values.ts'

export const TeamParts = graphql(`
  fragment CalcomTeam on Team {
    databaseId name logoUrl timeZone weekStart display
    bookingPage { slug bio brandColor }
  }
`)

type Shown = ResultOf<typeof TeamParts>

/** What is kept for pages that show the team, and does nothing here. */
const Display = z
  .object({
    calVideoLogo: text,
    appLogo: text,
    appIconLogo: text,
    hideBranding: truth,
    isPrivate: truth,
    hideBookATeamMember: truth,
    metadata: z.record(z.string(), z.unknown(), 'must be an object'),
    theme: text,
    darkBrandColor: text,
    bannerUrl: text,
    timeFormat: integer(12, 24),
  })
  .partial()

const settings = {
  slug: text,
  logoUrl: text.nullable(),
  bio: text.nullable(),
  brandColor: text,
  timeZone: text,
  weekStart: oneOf(weekdays),
}

const name = text.min(1, 'must be longer than or equal to 1 characters')

export const NewTeam = z.object({
  name,
  ...z.object(settings).partial().shape,
  timeZone: text.default('Europe/London'),
  weekStart: oneOf(weekdays).default('Sunday'),
  ...Display.shape,
})
export const Changes = z
  .object({ name, ...settings })
  .partial()
  .extend(Display.shape)

export const Team = z
  .object({
    id,
    name: z.string(),
    slug: z.string(),
    isOrganization: z.literal(false),
    timeZone: z.string(),
    weekStart: z.enum(weekdays),
    logoUrl: z.string(),
    bio: z.string(),
    brandColor: z.string(),
    ...Display.shape,
    hideBookATeamMember: z.boolean(),
    metadata: z.record(z.string(), z.unknown()),
  })
  .partial({ slug: true, logoUrl: true, bio: true, brandColor: true })
  .meta({ id: 'Team' })

const displayOf = (shown: Pick<Shown, 'display'>) => Display.catch({}).parse(shown.display)

export const team = (shown: Shown): z.input<typeof Team> => ({
  id: shown.databaseId,
  name: shown.name,
  isOrganization: false,
  timeZone: shown.timeZone,
  weekStart: weekdayOf(shown.weekStart),
  hideBookATeamMember: false,
  metadata: {},
  ...displayOf(shown),
  ...(shown.logoUrl !== null && { logoUrl: shown.logoUrl }),
  ...(shown.bookingPage && {
    slug: shown.bookingPage.slug,
    brandColor: shown.bookingPage.brandColor,
  }),
  ...(shown.bookingPage?.bio != null && { bio: shown.bookingPage.bio }),
})

/** What the graph takes of a body. @param before the team that is changed */
export function inputOf(
  { weekStart, ...body }: z.output<typeof Changes>,
  before: Pick<Shown, 'display'>,
) {
  const display = Display.parse(body)
  const { name, slug, logoUrl, bio, brandColor, timeZone } = body
  return {
    ...{ name, slug, logoUrl, bio, brandColor, timeZone },
    ...(weekStart !== undefined && { weekStart: graphWeekday(weekStart) }),
    display: { ...displayOf(before), ...display },
  }
}
