// The form that books a start, as it is shown and as it comes back.

import { html } from 'hono/html'
import type { CallError, GraphError } from '../graph/call-error.ts'
import { graphql, type VariablesOf } from '../graph/typed.ts'
import type { Html } from '../html-layout.ts'
import type { Offer, Ref } from './event-type.ts'
import { type Asking, linesField, problemSummary, textField } from './fields.ts'
import { locationFieldOf, locationFields, locationIn } from './location.ts'
import { clockOf } from './owner.ts'
import {
  answersIn,
  linesIn,
  prefill,
  type Question,
  questionField,
  questionFieldOf,
} from './questions.ts'
import { startWords } from './time.ts'

export const Book = graphql(
  'mutation PageBook($input: BookInput!) { book(input: $input) { invitee { linkToken } } }',
)

/** Campaign values that links carry, as Calendly's do. */
const TRACKED = [
  'utm_campaign',
  'utm_source',
  'utm_medium',
  'utm_content',
  'utm_term',
  'salesforce_uuid',
]

interface Shown {
  /** Where the form goes. */
  path: string
  /** Where another start is chosen. */
  back: string
  offer: Offer
  zone: string
  /** In minutes; undefined: that of the event type. */
  length: number | undefined
  /** The start that the visitor chose, or alternatives when it is not available. */
  starts: readonly string[]
  /** Whether the starts are alternatives. None is preselected: the visitor has to choose one. */
  areAlternatives: boolean
  /** The idempotency key of the form: however often the form is submitted, it books once. */
  key: string
  asking: Asking
  /** What is wrong with the whole, in a sentence. */
  words: string
  /** Names of questions that a link answered. */
  prefilled: ReadonlySet<string>
}

export function bookingForm(shown: Shown): Html {
  const { path, back, offer, zone, length, asking, words, prefilled, key } = shown
  const hidden = (name: string, value: string) =>
    html`<input type="hidden" name="${name}" value="${value}">`
  const tracked = TRACKED.flatMap(name => asking.typed.get(name) ?? []).length > 0 ? TRACKED : []
  return html`${problemSummary(words)}
<form method="post" action="${path}">
${hidden('key', key)}${hidden('timezone', zone)}${length === undefined ? '' : hidden('duration', `${length}`)}
${tracked.map(name => hidden(name, asking.typed.get(name) ?? ''))}
${startField(shown)}
<p><a href="${back}" rel="nofollow">Choose another time</a></p>
${textField(asking, { name: 'name', label: 'Name', autocomplete: 'name', required: true })}
${textField(asking, { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'email', required: true })}
${offer.allowGuests ? linesField(asking, { name: 'guests', label: 'Guests', hint: 'E-mail addresses of others whom you bring along, one a line.' }) : ''}
${locationFields(asking, offer.locations)}
${offer.questions.map(question => questionField(asking, question, prefilled.has(question.key)))}
<button class="first">Book</button>
</form>`
}

function startField({ starts, areAlternatives, zone, offer }: Shown): Html {
  const [first] = starts
  if (first !== undefined && !areAlternatives) {
    return html`<p><strong>${startWords(first, zone, clockOf(offer))}</strong></p><input type="hidden" name="start" value="${first}">`
  }
  return html`<fieldset id="start"><legend>Times nearby that are free</legend>
${starts.map(each => html`<label><input type="radio" name="start" value="${each}" required>${startWords(each, zone, clockOf(offer))}</label>`)}
</fieldset>`
}

/**
 * What a link fills in: `name`, or `first_name` and `last_name`, `email`, `guests`, and answers as
 * `a1`, `a2`.
 */
export function prefilledFrom(query: URLSearchParams, questions: readonly Question[]) {
  const typed = new URLSearchParams()
  const whole =
    query.get('name') ?? [query.get('first_name'), query.get('last_name')].filter(Boolean).join(' ')
  typed.set('name', whole)
  for (const name of ['email', 'guests', ...TRACKED]) {
    const value = query.get(name)
    if (value !== null) typed.set(name, value)
  }
  const prefilled = new Set<string>()
  for (const [index, question] of questions.entries()) {
    const answer = query.get(`a${index + 1}`)
    if (answer === null) continue
    prefill(typed, question, answer)
    prefilled.add(question.key)
  }
  return { typed, prefilled }
}

type BookInput = VariablesOf<typeof Book>['input']

/** What a form that came asks of the graph, which says what is wrong with it. */
export function bookInputOf(ref: Ref, typed: URLSearchParams): BookInput {
  const text = (name: string) => typed.get(name) ?? ''
  const tracking = Object.fromEntries(
    TRACKED.flatMap(name => (text(name) === '' ? [] : [[name, text(name)]])),
  )
  const guests = linesIn(text('guests'))
  return {
    eventType: ref,
    start: text('start'),
    durationMinutes: Number(text('duration')) || undefined,
    invitee: {
      name: text('name'),
      email: text('email'),
      timeZone: text('timezone') || undefined,
    },
    guests: guests.length === 0 ? undefined : guests,
    location: locationIn(typed),
    answers: answersIn(typed),
    tracking: Object.keys(tracking).length === 0 ? undefined : tracking,
    idempotencyKey: text('key') || undefined,
  }
}

/**
 * What is wrong, by the names of the fields that show it; other errors are shown above the form.
 */
export function problemsOf(
  { first }: CallError,
  typed: URLSearchParams,
  questions: readonly Question[],
) {
  const problems = new Map<string, string>()
  const rest: GraphError['fields'][number][] = []
  for (const field of first.fields) {
    const name = fieldOf(field.path, typed, questions)
    if (name === undefined) rest.push(field)
    else if (!problems.has(name)) problems.set(name, field.message)
  }
  return { problems, rest }
}

function fieldOf(
  path: string,
  typed: URLSearchParams,
  questions: readonly Question[],
): string | undefined {
  const [, root, field] = path.split('.')
  if (root === 'invitee' && (field === 'name' || field === 'email')) return field
  if (root === 'guests') return 'guests'
  if (root === 'location') return locationFieldOf(typed, path)
  if (root === 'answers' && field !== undefined) return questionFieldOf(questions, field)
  return undefined
}
