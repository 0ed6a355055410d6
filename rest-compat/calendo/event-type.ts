import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { Question, QuestionParts, question } from './question.ts'
import { Flag, flag, id } from './values.ts'

export const locationTypes = ['google_meet', 'zoom', 'phone', 'custom'] as const

export const EventTypeParts = graphql(
  `fragment CalendoEventType on EventType {
    databaseId name slug durationMinutes color description isActive archivedAt isSecret confirmation
    bufferBeforeMinutes bufferAfterMinutes minimumNoticeMinutes
    bookingWindow { days }
    locations { kind provider }
    questions { ...CalendoQuestion }
  }`,
  [QuestionParts],
)

type Shown = ResultOf<typeof EventTypeParts>

export const EventType = z
  .object({
    id,
    name: z.string(),
    slug: z.string().meta({ description: 'Last segment of its link.' }),
    duration_minutes: z.int(),
    color: z.string().meta({ description: '`#rrggbb`.' }),
    description: z.string().nullable(),
    is_active: Flag.meta({ description: 'Whether it can be booked.' }),
    location_type: z
      .enum(locationTypes)
      .nullable()
      .meta({ description: 'Of the first place where the meeting can be; null: left open.' }),
    questions: z.array(Question),
    is_secret: Flag.meta({ description: 'Whether the booking page leaves it out.' }),
    requires_confirmation: Flag.meta({
      description: 'Whether the host confirms bookings, some or all.',
    }),
    buffer_before: z.int().meta({ description: 'Minutes.' }),
    buffer_after: z.int().meta({ description: 'Minutes.' }),
    min_notice_hours: z.number(),
    max_future_days: z
      .int()
      .nullable()
      .meta({ description: 'Null: it has no end, or ends on a day.' }),
  })
  .meta({ id: 'EventType' })

export const eventType = (shown: Shown): z.input<typeof EventType> => ({
  id: shown.databaseId,
  name: shown.name,
  slug: shown.slug,
  duration_minutes: shown.durationMinutes,
  color: shown.color,
  description: shown.description,
  is_active: flag(shown.isActive && shown.archivedAt === null),
  location_type: locationType(shown.locations),
  questions: shown.questions.map(question),
  is_secret: flag(shown.isSecret),
  requires_confirmation: flag(shown.confirmation !== 'NEVER'),
  buffer_before: shown.bufferBeforeMinutes,
  buffer_after: shown.bufferAfterMinutes,
  min_notice_hours: shown.minimumNoticeMinutes / 60,
  max_future_days: shown.bookingWindow.days,
})

/** Where it has no word for a place, that is `custom`. */
function locationType([first]: Shown['locations']): (typeof locationTypes)[number] | null {
  if (first === undefined) return null
  if (first.kind === 'PHONE_HOST' || first.kind === 'PHONE_INVITEE') return 'phone'
  return locationTypes.find(type => type === first.provider) ?? 'custom'
}
