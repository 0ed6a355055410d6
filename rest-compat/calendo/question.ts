// Calendo says only that questions are an array, and answers an object keyed by question: the rest
// is ours.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { truth } from './values.ts'

export const QuestionParts = graphql(
  'fragment CalendoQuestion on Question { key label kind required options placeholder }',
)

type Kind = ResultOf<typeof QuestionParts>['kind']

const kinds = {
  text: 'TEXT',
  long_text: 'LONG_TEXT',
  number: 'NUMBER',
  boolean: 'BOOLEAN',
  select: 'SELECT',
  radio: 'RADIO',
  multi_select: 'MULTI_SELECT',
  checkboxes: 'CHECKBOXES',
  phone: 'PHONE',
  email: 'EMAIL',
  emails: 'EMAILS',
  url: 'URL',
  date: 'DATE',
  address: 'ADDRESS',
} as const satisfies Record<string, Kind>

type Type = keyof typeof kinds

const isType = (name: string): name is Type => Object.hasOwn(kinds, name)
const types = Object.keys(kinds).filter(isType)

/** A question as it is answered. */
export const Question = z
  .object({
    key: z.string().meta({ description: 'Under which `answers` of a booking has its answer.' }),
    label: z.string(),
    type: z.enum(types),
    required: z.boolean(),
    options: z
      .array(z.string())
      .meta({ description: 'What can be chosen; empty where nothing is.' }),
    placeholder: z.string().nullable(),
  })
  .meta({ id: 'Question' })

/** A question as it is taken. */
export const QuestionInput = z
  .object({
    label: z.string().meta({ description: 'Its words.' }),
    key: z
      .string()
      .nullish()
      .meta({ description: 'Under which it is answered; made of the label unless given.' }),
    type: z
      .enum(types)
      .optional()
      .meta({ description: '`text` unless given, `select` with options.' }),
    required: truth.optional().meta({ description: 'Whether it must be answered.' }),
    options: z.array(z.string()).nullish().meta({ description: 'What can be chosen.' }),
    placeholder: z.string().nullish(),
  })
  .meta({ id: 'QuestionInput' })

export const question = ({
  kind,
  ...shown
}: ResultOf<typeof QuestionParts>): z.input<typeof Question> => ({
  ...shown,
  type: types.find(type => kinds[type] === kind) ?? 'text',
})

/** The graph's word for a type; for none what the question looks like. */
export const kindOf = (type: Type | undefined, options: string[] | null | undefined): Kind =>
  kinds[type ?? (options?.length ? 'select' : 'text')]
