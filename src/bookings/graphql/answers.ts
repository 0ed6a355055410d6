import { z } from 'zod'
import { builder } from '../../graph/builder.ts'

/** An answer of an invitee, as texts: one value, or those of several choices. */
interface InviteeAnswer {
  key: string
  values: string[]
}

const Stored = z.record(z.string(), z.unknown()).catch({})

/** The answers of a row as a list, by key. */
export const answersOf = ({ answers }: { answers: unknown }): InviteeAnswer[] =>
  Object.entries(Stored.parse(answers))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, values: [value].flat().map(String) }))

export const InviteeAnswerRef = builder.objectRef<InviteeAnswer>('InviteeAnswer').implement({
  description: 'The answer of an invitee to a question of the event type.',
  fields: t => ({
    key: t.exposeString('key', {
      description: 'The key of the question: `Question.key` of the event type.',
    }),
    values: t.exposeStringList('values', {
      description:
        'The answer as text: one value, or one for each choice that was selected. Booleans are `true` or `false`.',
    }),
  }),
})

/** The campaign parameters that are known by name. */
const Campaign = z
  .object({
    utm_source: z.string().nullish().catch(null),
    utm_medium: z.string().nullish().catch(null),
    utm_campaign: z.string().nullish().catch(null),
    utm_content: z.string().nullish().catch(null),
    utm_term: z.string().nullish().catch(null),
    salesforce_uuid: z.string().nullish().catch(null),
  })
  .catch({})

export const campaignOf = ({ tracking }: { tracking: unknown }): z.output<typeof Campaign> =>
  Campaign.parse(tracking)

const parameter = (name: string) => ({
  nullable: true as const,
  description: `The parameter \`${name}\` of the booking link. Null if it had none.`,
})

export const CampaignRef = builder.objectRef<z.output<typeof Campaign>>('Campaign').implement({
  description: 'The campaign parameters that came with a booking or a form submission.',
  fields: t => ({
    utmSource: t.exposeString('utm_source', parameter('utm_source')),
    utmMedium: t.exposeString('utm_medium', parameter('utm_medium')),
    utmCampaign: t.exposeString('utm_campaign', parameter('utm_campaign')),
    utmContent: t.exposeString('utm_content', parameter('utm_content')),
    utmTerm: t.exposeString('utm_term', parameter('utm_term')),
    salesforceUuid: t.exposeString('salesforce_uuid', parameter('salesforce_uuid')),
  }),
})
