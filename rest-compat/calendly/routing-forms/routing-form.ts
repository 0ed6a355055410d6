// Routing forms and what was submitted to them, in Calendly's words.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { Tracking, tracking } from '../events/tracking.ts'
import { type Organized, organizationUri } from '../organization/organization.ts'
import { Time, time } from '../time.ts'
import { inviteeUri, Uri, uriOf } from '../uris.ts'

export const FormParts = graphql(`
  fragment CalendlyRoutingForm on RoutingForm {
    id name isPublished createdAt updatedAt questions { key label kind required options }
  }
`)

export const SubmissionParts = graphql(`
  fragment CalendlySubmission on RoutingSubmission {
    id formId answers { key question answer } tracking result { kind eventTypeId url headline body }
    inviteeId bookingId createdAt updatedAt
  }
`)

type ShownForm = ResultOf<typeof FormParts>
export type ShownSubmission = ResultOf<typeof SubmissionParts>

const types = ['name', 'text', 'email', 'phone', 'textarea', 'select', 'radios'] as const

const typeOf: Partial<Record<ShownForm['questions'][number]['kind'], (typeof types)[number]>> = {
  LONG_TEXT: 'textarea',
  EMAIL: 'email',
  PHONE: 'phone',
  SELECT: 'select',
  MULTI_SELECT: 'select',
  RADIO: 'radios',
  CHECKBOXES: 'radios',
}

export const RoutingForm = z
  .object({
    uri: Uri,
    organization: Uri,
    name: z.string(),
    status: z.enum(['draft', 'published']),
    questions: z.array(
      z.object({
        uuid: z.string(),
        name: z.string(),
        type: z.enum(types),
        required: z.boolean(),
        answer_choices: z.array(z.string()).nullable(),
      }),
    ),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'RoutingForm' })

/**
 * The UUID of a question: made of its form and its key, by which it is known here (RFC 9562 section
 * 5.8).
 */
function uuidOf(formId: string, key: string): string {
  const hex = createHash('sha256').update(`${formId}/${key}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** @param user whose it is */
export const routingForm = (
  shown: ShownForm,
  user: Organized,
  publicUrl: string,
): z.input<typeof RoutingForm> => ({
  uri: uriOf(publicUrl, 'routing_forms', shown.id),
  organization: organizationUri(publicUrl, user),
  name: shown.name,
  status: shown.isPublished ? 'published' : 'draft',
  questions: shown.questions.map(({ key, label, kind, required, options }) => ({
    uuid: uuidOf(shown.id, key),
    name: label,
    type: typeOf[kind] ?? 'text',
    required,
    answer_choices: options.length > 0 ? options : null,
  })),
  created_at: time(shown.createdAt),
  updated_at: time(shown.updatedAt),
})

const Result = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event_type'), value: Uri }),
  z.object({ type: z.literal('external_url'), value: Uri }),
  z.object({
    type: z.literal('custom_message'),
    value: z.object({ headline: z.string(), body: z.string() }),
  }),
])

export const Submission = z
  .object({
    uri: Uri,
    routing_form: Uri,
    questions_and_answers: z.array(
      z.object({ question_uuid: z.string(), question: z.string(), answer: z.string().nullable() }),
    ),
    tracking: Tracking,
    result: Result,
    submitter: Uri.nullable(),
    submitter_type: z.literal('Invitee').nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'RoutingFormSubmission' })

function resultOf(
  { kind, eventTypeId, url, headline, body }: ShownSubmission['result'],
  publicUrl: string,
): z.input<typeof Result> {
  switch (kind) {
    case 'EVENT_TYPE':
      return { type: 'event_type', value: uriOf(publicUrl, 'event_types', eventTypeId ?? '') }
    case 'URL':
      return { type: 'external_url', value: url ?? '' }
    case 'MESSAGE':
      return { type: 'custom_message', value: { headline: headline ?? '', body: body ?? '' } }
  }
}

export function submission(shown: ShownSubmission, publicUrl: string): z.input<typeof Submission> {
  const { formId, inviteeId, bookingId } = shown
  const isBooked = inviteeId !== null && bookingId !== null
  return {
    uri: uriOf(publicUrl, 'routing_form_submissions', shown.id),
    routing_form: uriOf(publicUrl, 'routing_forms', formId),
    questions_and_answers: shown.answers.map(({ key, question, answer }) => ({
      question_uuid: uuidOf(formId, key),
      question,
      answer,
    })),
    tracking: tracking(shown.tracking),
    result: resultOf(shown.result, publicUrl),
    submitter: isBooked ? inviteeUri(publicUrl, bookingId, inviteeId) : null,
    submitter_type: isBooked ? 'Invitee' : null,
    created_at: time(shown.createdAt),
    updated_at: time(shown.updatedAt),
  }
}
