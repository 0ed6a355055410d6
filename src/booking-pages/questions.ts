// The questions of an event type in the form. The name of a field says how its answer is read, so
// that reading a form needs no other data: `text.` one text, `list.` all values, `lines.` one value
// a line, `yes.` a box. Words of one's own have the name of the options that they stand beside.

import { html } from 'hono/html'
import { graphql, type ResultOf } from '../graph/typed.ts'
import type { Html } from '../html-layout.ts'
import {
  type Asking,
  choiceField,
  type Field,
  linesField,
  selectField,
  textField,
  yesField,
} from './fields.ts'

export const QuestionParts = graphql(
  'fragment PageQuestion on Question { key label kind required options allowOther placeholder disableOnPrefill }',
)

export type Question = ResultOf<typeof QuestionParts>
type Kind = Question['kind']

const inputs: Partial<Record<Kind, string>> = {
  NUMBER: 'number',
  PHONE: 'tel',
  EMAIL: 'email',
  URL: 'url',
  DATE: 'date',
}

type Way = 'text' | 'list' | 'lines' | 'yes'

const ways: Partial<Record<Kind, Way>> = {
  MULTI_SELECT: 'list',
  CHECKBOXES: 'list',
  EMAILS: 'lines',
  BOOLEAN: 'yes',
}

const nameOf = ({ key, kind }: Question): string => `${ways[kind] ?? 'text'}.${key}`

/** The field of a question. @param prefilled whether a link brought its answer along */
export function questionField(asking: Asking, question: Question, prefilled: boolean): Html {
  const { kind, label, options, allowOther, placeholder } = question
  const required = question.required && !allowOther
  const fixed = prefilled && question.disableOnPrefill
  const field: Field = { name: nameOf(question), label, required, placeholder, fixed }
  const left = fixed
    ? options.filter(option => asking.typed.getAll(field.name).includes(option))
    : options
  switch (kind) {
    case 'LONG_TEXT':
      return linesField(asking, field)
    case 'EMAILS':
      return linesField(asking, { ...field, hint: 'E-mail addresses, one a line.' })
    case 'BOOLEAN':
      return yesField(asking, field)
    case 'SELECT':
      return html`${selectField(asking, field, left)}${other(asking, question)}`
    case 'RADIO':
      return html`${choiceField(asking, field, 'radio', left)}${other(asking, question)}`
    case 'MULTI_SELECT':
    case 'CHECKBOXES':
      return html`${choiceField(asking, field, 'checkbox', left)}${other(asking, question)}`
    default:
      return textField(asking, { ...field, type: inputs[kind] ?? 'text' })
  }
}

function other({ typed }: Asking, question: Question): Html {
  if (!question.allowOther) return html``
  const name = nameOf(question)
  const own = typed.getAll(name).find(value => !question.options.includes(value)) ?? ''
  return html`<label for="${name}.other">Something else</label>
<input id="${name}.other" name="${name}" autocomplete="off" value="${own}">`
}

/** The answers of a form, by the keys of their questions. */
export function answersIn(typed: URLSearchParams): Record<string, unknown> {
  const answers = new Map<string, unknown>()
  for (const name of new Set(typed.keys())) {
    const [, way, key] = /^(text|list|lines|yes)\.(.+)$/.exec(name) ?? []
    if (key === undefined) continue
    const values = typed.getAll(name).filter(value => value.trim() !== '')
    if (way === 'yes') answers.set(key, values.includes('yes'))
    else if (way === 'list') answers.set(key, values)
    else if (way === 'lines') answers.set(key, linesIn(values.join('\n')))
    else answers.set(key, values.at(-1))
  }
  return Object.fromEntries(answers)
}

/** Texts that stand one a line, or with commas between. */
export const linesIn = (text: string): string[] => text.split(/[\s,;]+/).filter(each => each !== '')

/** Fills in an answer that a link brought along. */
export function prefill(typed: URLSearchParams, question: Question, answer: string): void {
  const name = nameOf(question)
  const way = ways[question.kind]
  if (way === 'yes') typed.set(name, /^(yes|true|1|on)$/i.test(answer) ? 'yes' : 'no')
  else if (way === 'list') for (const each of answer.split(/\s*,\s*/)) typed.append(name, each)
  else typed.set(name, answer)
}

/** Where the form shows what the graph says of an answer. */
export function questionFieldOf(questions: readonly Question[], key: string): string | undefined {
  const question = questions.find(each => each.key === key)
  return question && nameOf(question)
}
