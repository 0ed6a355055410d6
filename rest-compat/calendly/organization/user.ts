import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { Time, time } from '../time.ts'
import { publicId, Uri, uriOf } from '../uris.ts'
import { organizationUri } from './organization.ts'

export const UserParts = graphql(`
  fragment CalendlyUser on User { id mainTeamId name email timeZone locale avatarUrl bookingPage { slug url } createdAt updatedAt }
`)

const locales = ['en', 'fr', 'es', 'de', 'nl', 'pt', 'it', 'uk'] as const

/** A user as a membership has them. */
export const Member = z.object({
  uri: Uri,
  name: z.string(),
  slug: z.string(),
  email: z.string(),
  scheduling_url: Uri,
  timezone: z.string(),
  avatar_url: Uri.nullable(),
  locale: z.enum(locales),
  time_notation: z.enum(['12h', '24h']),
  created_at: Time,
  updated_at: Time,
})

export const User = Member.extend({
  current_organization: Uri,
  resource_type: z.literal('User'),
}).meta({ id: 'User' })

/** The language of an account, where it is one of Calendly's. */
export const localeOf = (tag: string): (typeof locales)[number] =>
  locales.find(locale => tag.split('-')[0] === locale) ?? 'en'

/** A user, as much of them as a membership shows. */
export type Person = Omit<ResultOf<typeof UserParts>, 'mainTeamId'>

export function member(shown: Person, publicUrl: string): z.input<typeof Member> {
  const locale = localeOf(shown.locale)
  return {
    uri: uriOf(publicUrl, 'users', shown.id),
    name: shown.name,
    slug: shown.bookingPage?.slug ?? publicId(shown.id),
    email: shown.email,
    scheduling_url: shown.bookingPage?.url ?? publicUrl,
    timezone: shown.timeZone,
    avatar_url: shown.avatarUrl,
    locale,
    // Nobody says; in the other languages the clock has 24 hours.
    time_notation: locale === 'en' ? '12h' : '24h',
    created_at: time(shown.createdAt),
    updated_at: time(shown.updatedAt),
  }
}

export const user = (
  shown: ResultOf<typeof UserParts>,
  publicUrl: string,
): z.input<typeof User> => ({
  ...member(shown, publicUrl),
  current_organization: organizationUri(publicUrl, shown),
  resource_type: 'User',
})
