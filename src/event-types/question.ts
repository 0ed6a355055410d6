import { z } from 'zod'
import type { FieldProblem } from '../errors.ts'
import { day, email, httpUrl, jsonObject, phone, slugOf, text, tryParse } from '../validation.ts'
import { firstFree, withoutNulls } from './values.ts'

/** The type of the answer. */
export const questionKinds = {
  TEXT: 'One line of text, at most 500 characters.',
  LONG_TEXT: 'Text of several lines, at most 5000 characters.',
  NUMBER: 'A number; digits in a string are read as one.',
  BOOLEAN: 'Yes or no; where an answer is required, only yes is one, as with terms to agree to.',
  SELECT: 'One of the options, from a list that opens.',
  RADIO: 'One of the options, all of them in sight.',
  MULTI_SELECT: 'Some of the options, from a list that opens.',
  CHECKBOXES: 'Some of the options, all of them in sight.',
  PHONE: 'A telephone number.',
  EMAIL: 'An e-mail address.',
  EMAILS: 'E-mail addresses, at most 20.',
  URL: 'An absolute http or https URL.',
  DATE: 'A day, as YYYY-MM-DD.',
  ADDRESS: 'A postal address, at most 500 characters.',
} as const

export type QuestionKind = keyof typeof questionKinds

const MAX_QUESTIONS = 50
const MAX_OPTIONS = 100
const MAX_EMAILS = 20

const hasOptions: ReadonlySet<QuestionKind> = new Set([
  'SELECT',
  'RADIO',
  'MULTI_SELECT',
  'CHECKBOXES',
])

const isKind = (value: unknown): boolean =>
  typeof value === 'string' && Object.hasOwn(questionKinds, value)

const Asked = z
  .object({
    key: z
      .string()
      .regex(
        /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
        'must consist of at most 64 letters, digits, - and _, a letter first',
      )
      .optional(),
    label: text(500),
    kind: z.custom<QuestionKind>(isKind, 'is no kind of question'),
    required: z.boolean().default(false),
    options: z
      .array(text(200))
      .max(MAX_OPTIONS, `must have at most ${MAX_OPTIONS} entries`)
      .default([]),
    allowOther: z.boolean().default(false),
    placeholder: text(200).optional(),
    isHidden: z.boolean().default(false),
    disableOnPrefill: z.boolean().default(false),
  })
  .superRefine(({ kind, options, allowOther }, refine) => {
    const report = (field: string, message: string) =>
      refine.addIssue({ code: 'custom', path: [field], message })
    if (!hasOptions.has(kind)) {
      if (options.length > 0) report('options', `has no meaning for a question of kind ${kind}`)
      if (allowOther) report('allowOther', `has no meaning for a question of kind ${kind}`)
      return
    }
    if (options.length === 0) report('options', 'must name at least one option')
    if (new Set(options).size < options.length) report('options', 'must not name an option twice')
  })

type Asked = z.output<typeof Asked>

/** A custom question, as `EventType.questions` keeps it. */
export type Question = Asked & { key: string }

type JsonObject = z.output<typeof jsonObject>

/** The value of an answer: a list for questions with several values. */
export type Answer = string | number | boolean | string[]

/** The questions of an event type, in order. One without a key gets one made of its label. */
export const Questions = z
  .array(z.preprocess(withoutNulls, Asked))
  .max(MAX_QUESTIONS, `must have at most ${MAX_QUESTIONS} entries`)
  .superRefine((questions, refine) => {
    const keys = new Set<string>()
    for (const [index, { key }] of questions.entries()) {
      if (key === undefined) continue
      if (keys.has(key))
        refine.addIssue({
          code: 'custom',
          path: [index, 'key'],
          message: 'is the key of another question',
        })
      keys.add(key)
    }
  })

/** Gives each question without a key one of its own. */
export function withKeys(questions: Asked[]): Question[] {
  const keys = new Set(questions.map(question => question.key))
  return questions.map(question => {
    const key = question.key ?? firstFree(keyFrom(question.label), candidate => keys.has(candidate))
    keys.add(key)
    return { ...question, key }
  })
}

function keyFrom(label: string): string {
  const slug = slugOf(label, 'question')
  return /^[a-z]/.test(slug) ? slug : `q-${slug}`
}

const Stored = z.array(Asked.safeExtend({ key: z.string() }))

/** The questions of a row. */
export const questionsOf = (row: { questions: unknown }): Question[] => Stored.parse(row.questions)

/**
 * Holds the answers of an invitee against the questions. An empty text, an empty list and null are
 * no answers. Hidden questions may be answered and are never required.
 * @param questions the column of the event type
 * @param answers an object, question key to answer
 * @param keepUnknown whether unknown answers are returned as `unknown` instead of
 * refused
 * @returns the answers as they are kept, and all that is wrong with them, for the caller to refuse
 * together with the rest
 */
export function parseAnswers(
  questions: unknown,
  answers: unknown,
  path = 'input.answers',
  keepUnknown = false,
): { answers: Record<string, Answer>; unknown: JsonObject; problems: FieldProblem[] } {
  const problems: FieldProblem[] = []
  const report = (key: string, message: string) =>
    problems.push({ path: `${path}.${key}`, message })
  const given = z.record(z.string(), z.unknown()).safeParse(answers ?? {})
  if (!given.success)
    return {
      answers: {},
      unknown: {},
      problems: [{ path, message: 'must be an object, question key to answer' }],
    }

  const unread = new Map(Object.entries(given.data))
  const read: [string, Answer][] = []
  for (const question of questionsOf({ questions })) {
    const value = unread.get(question.key)
    unread.delete(question.key)
    if (isEmpty(value)) {
      if (question.required && !question.isHidden) report(question.key, 'is missing')
      continue
    }
    const answer = tryParse(answerSchema(question), value, `${path}.${question.key}`, problems)
    if (answer !== undefined) read.push([question.key, answer.value])
  }
  if (keepUnknown) {
    const others = tryParse(jsonObject, Object.fromEntries(unread), path, problems)
    return { answers: Object.fromEntries(read), unknown: others?.value ?? {}, problems }
  }
  for (const key of unread.keys()) report(key, 'is not a question of this event type')
  return { answers: Object.fromEntries(read), unknown: {}, problems }
}

const isEmpty = (value: unknown): boolean =>
  value == null ||
  (typeof value === 'string' && value.trim() === '') ||
  (Array.isArray(value) && value.length === 0)

// Number() alone reads hexadecimal as well.
const numberFrom = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*[-+]?(\d+\.?\d*|\.\d+)\s*$/.test(value) ? Number(value) : value

function answerSchema(question: Question): z.ZodType<Answer> {
  const { kind, options, allowOther, required, isHidden } = question
  const option = z
    .string('must be a string')
    .refine(value => allowOther || options.includes(value), 'is not one of the options')
    .pipe(text(500))
  switch (kind) {
    case 'LONG_TEXT':
      return text(5000)
    case 'NUMBER':
      return z.preprocess(numberFrom, z.number('must be a number'))
    case 'BOOLEAN':
      return z
        .boolean('must be true or false')
        .refine(value => value || !required || isHidden, 'must be true')
    case 'SELECT':
    case 'RADIO':
      return option
    case 'MULTI_SELECT':
    case 'CHECKBOXES':
      return z
        .array(option, 'must be a list of options')
        .max(MAX_OPTIONS, `must have at most ${MAX_OPTIONS} entries`)
        .refine(values => new Set(values).size === values.length, 'must not name an option twice')
    case 'PHONE':
      return phone
    case 'EMAIL':
      return email
    case 'EMAILS':
      return z
        .array(email, 'must be a list of e-mail addresses')
        .max(MAX_EMAILS, `must have at most ${MAX_EMAILS} entries`)
    case 'URL':
      return httpUrl
    case 'DATE':
      return day
    case 'TEXT':
    case 'ADDRESS':
      return text(500)
  }
}
