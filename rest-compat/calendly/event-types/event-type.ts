import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { LocationParts, OfferedLocation, offered } from '../events/location.ts'
import { Question, QuestionParts, question } from '../events/question.ts'
import { localeOf } from '../organization/user.ts'
import { Time, time } from '../time.ts'
import { Uri, uriOf } from '../uris.ts'

export const EventTypeParts = graphql(
  `fragment CalendlyEventType on EventType {
    id name slug description color position isActive isSecret isOneOff durationMinutes durationOptions seats
    schedulingUrl createdAt updatedAt archivedAt
    host { id: userId name locale } team { id name } scheduling
    questions { ...CalendlyQuestion }
    locations { ...CalendlyLocation }
  }`,
  [QuestionParts, LocationParts],
)

export const EventType = z
  .object({
    uri: Uri,
    name: z.string(),
    active: z.boolean(),
    slug: z.string(),
    scheduling_url: Uri,
    duration: z.int().meta({ description: 'Minutes.' }),
    duration_options: z.array(z.int()).nullable(),
    kind: z.enum(['solo', 'group']),
    pooling_type: z.enum(['round_robin', 'collective']).nullable(),
    type: z.enum(['StandardEventType', 'AdhocEventType']),
    color: z.string(),
    created_at: Time,
    updated_at: Time,
    internal_note: z.null(),
    description_plain: z.string().nullable(),
    description_html: z.string().nullable(),
    profile: z.object({ type: z.enum(['User', 'Team']), name: z.string(), owner: Uri }),
    secret: z.boolean(),
    booking_method: z.literal('instant'),
    custom_questions: z.array(Question),
    deleted_at: Time.nullable(),
    kind_description: z.enum(['Collective', 'Group', 'One-on-One', 'Round Robin']),
    admin_managed: z.literal(false),
    locations: z.array(OfferedLocation).nullable(),
    position: z.int(),
    locale: z.string(),
    is_paid: z.literal(false),
  })
  .meta({ id: 'EventType' })

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Words as HTML, each paragraph in one. */
export const htmlOf = (text: string): string =>
  text
    .split(/\n{2,}/)
    .map(
      part =>
        `<p>${part.replace(/[&<>"]/g, sign => escapes[sign] ?? sign).replaceAll('\n', '<br>')}</p>`,
    )
    .join('')

const poolings = { COLLECTIVE: 'collective', ROUND_ROBIN: 'round_robin' } as const
const poolingNames = { COLLECTIVE: 'Collective', ROUND_ROBIN: 'Round Robin' } as const

type Shown = ResultOf<typeof EventTypeParts>

/** Whose it is: a host's or a team's. */
function profileOf({ host, team }: Pick<Shown, 'host' | 'team'>, publicUrl: string) {
  if (team !== null)
    return { type: 'Team' as const, name: team.name, owner: uriOf(publicUrl, 'teams', team.id) }
  return {
    type: 'User' as const,
    name: host?.name ?? '',
    owner: uriOf(publicUrl, 'users', host?.id ?? ''),
  }
}

function kindDescriptionOf({ scheduling, seats }: Pick<Shown, 'scheduling' | 'seats'>) {
  if (scheduling !== null) return poolingNames[scheduling]
  return seats > 1 ? 'Group' : 'One-on-One'
}

export function eventType(shown: Shown, publicUrl: string): z.input<typeof EventType> {
  const { host, scheduling, description, seats } = shown
  return {
    uri: uriOf(publicUrl, 'event_types', shown.id),
    name: shown.name,
    active: shown.isActive && shown.archivedAt === null,
    slug: shown.slug,
    scheduling_url: shown.schedulingUrl ?? publicUrl,
    duration: shown.durationMinutes,
    duration_options: shown.durationOptions.length > 1 ? shown.durationOptions : null,
    kind: seats > 1 ? 'group' : 'solo',
    pooling_type: scheduling && poolings[scheduling],
    type: shown.isOneOff ? 'AdhocEventType' : 'StandardEventType',
    color: shown.color,
    created_at: time(shown.createdAt),
    updated_at: time(shown.updatedAt),
    internal_note: null,
    description_plain: description,
    description_html: description && htmlOf(description),
    profile: profileOf(shown, publicUrl),
    secret: shown.isSecret,
    booking_method: 'instant',
    custom_questions: shown.questions.map(question),
    deleted_at: shown.archivedAt && time(shown.archivedAt),
    kind_description: kindDescriptionOf(shown),
    admin_managed: false,
    locations: shown.locations.length > 0 ? shown.locations.map(offered) : null,
    position: shown.position,
    locale: localeOf(host?.locale ?? 'en'),
    is_paid: false,
  }
}
