// Questions of an event type and their answers, in Calendly's words.

import { z } from 'zod'
import { callError } from '../../../src/graph/call-error.ts'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'

export const QuestionParts = graphql(
  'fragment CalendlyQuestion on Question { key label kind required options allowOther isHidden }',
)

type Shown = ResultOf<typeof QuestionParts>

const types = ['string', 'text', 'phone_number', 'single_select', 'multi_select'] as const

const typeOf: Partial<Record<Shown['kind'], (typeof types)[number]>> = {
  LONG_TEXT: 'text',
  PHONE: 'phone_number',
  SELECT: 'single_select',
  RADIO: 'single_select',
  BOOLEAN: 'single_select',
  MULTI_SELECT: 'multi_select',
  CHECKBOXES: 'multi_select',
}

export const Question = z
  .object({
    name: z.string(),
    type: z.enum(types),
    position: z.int().meta({ description: 'From 0.' }),
    enabled: z.boolean(),
    required: z.boolean(),
    answer_choices: z.array(z.string()),
    include_other: z.boolean(),
  })
  .meta({ id: 'CustomQuestion' })

const YES = 'Yes'
const NO = 'No'

export const question = (shown: Shown, position: number): z.input<typeof Question> => ({
  name: shown.label,
  type: typeOf[shown.kind] ?? 'string',
  position,
  enabled: !shown.isHidden,
  required: shown.required,
  answer_choices: shown.kind === 'BOOLEAN' ? [YES, NO] : shown.options,
  include_other: shown.allowOther,
})

export const Answer = z.object({ question: z.string(), answer: z.string(), position: z.int() })

const Answers = z.record(z.string(), z.unknown())

const inWords = (answer: unknown): string => {
  if (typeof answer === 'boolean') return answer ? YES : NO
  return Array.isArray(answer) ? answer.join('\n') : String(answer)
}

/**
 * What an invitee answered, by the questions as they are now. Several choices are one text of
 * several lines.
 */
export function answered(
  answers: unknown,
  questions: readonly Pick<Shown, 'key' | 'label'>[],
): z.input<typeof Answer>[] {
  const given = Answers.parse(answers)
  return questions.flatMap(({ key, label }, position) =>
    given[key] === undefined ? [] : [{ question: label, answer: inWords(given[key]), position }],
  )
}

/**
 * What the graph takes for answers to questions by their very words.
 * @throws CallError INVALID_INPUT for other words.
 */
export function answersByKey(
  given: readonly { question: string; answer: string }[],
  questions: readonly Shown[],
): Record<string, unknown> {
  const entries = given.map(({ question, answer }, index) => {
    const asked = questions.find(({ label }) => label === question)
    if (asked !== undefined) return [asked.key, answerValue(asked.kind, answer)] as const
    const path = `questions_and_answers.${index}.question`
    throw callError('INVALID_INPUT', 'There is no such question.', {
      fields: [{ path, message: 'is invalid' }],
    })
  })
  return Object.fromEntries(entries)
}

function answerValue(kind: Shown['kind'], answer: string): unknown {
  if (kind === 'MULTI_SELECT' || kind === 'CHECKBOXES' || kind === 'EMAILS') {
    return answer.split('\n').flatMap(line => line.trim() || [])
  }
  if (kind === 'BOOLEAN' && (answer === YES || answer === NO)) return answer === YES
  return answer
}
