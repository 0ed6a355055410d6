// Questions to who books. Some are there always and can be set up; the others are the graph's
// questions.

import { z } from 'zod'
import type { ResultOf, VariablesOf } from '../../../src/graph/typed.ts'
import { type Validated, validate } from '../../../src/zod-issues.ts'
import { exception } from '../errors.ts'
import { listOf, text, truth } from '../values.ts'
import type { CreateEventType, EventTypeParts } from './documents.ts'

type Asked = ResultOf<typeof EventTypeParts>['questions'][number]
type Question = NonNullable<VariablesOf<typeof CreateEventType>['input']['questions']>[number]

/** Custom fields by their types, and the graph's kinds of questions. */
const kinds = {
  phone: 'PHONE',
  address: 'ADDRESS',
  text: 'TEXT',
  url: 'URL',
  number: 'NUMBER',
  textarea: 'LONG_TEXT',
  select: 'SELECT',
  multiselect: 'MULTI_SELECT',
  multiemail: 'EMAILS',
  checkbox: 'CHECKBOXES',
  radio: 'RADIO',
  boolean: 'BOOLEAN',
} as const satisfies Record<string, Question['kind']>

type CustomType = keyof typeof kinds

/** Those of the graph that have no type here are asked as text. */
const types: Record<Asked['kind'], CustomType> = {
  TEXT: 'text',
  LONG_TEXT: 'textarea',
  NUMBER: 'number',
  BOOLEAN: 'boolean',
  SELECT: 'select',
  RADIO: 'radio',
  MULTI_SELECT: 'multiselect',
  CHECKBOXES: 'checkbox',
  PHONE: 'phone',
  EMAIL: 'text',
  EMAILS: 'multiemail',
  URL: 'url',
  DATE: 'text',
  ADDRESS: 'address',
}

const hasOptions: ReadonlySet<string> = new Set(['select', 'multiselect', 'checkbox', 'radio'])
const hasPlaceholder: ReadonlySet<string> = new Set(
  'phone address text url number textarea select multiemail'.split(' '),
)

/**
 * Fields that are always there, in the order in which they are told; custom ones stand after the
 * first three.
 */
const before = ['name', 'email'] as const
const after = ['title', 'notes', 'guests', 'rescheduleReason'] as const

const shown = { isDefault: true, hidden: false, disableOnPrefill: false }
const defaults: Record<
  (typeof before)[number] | (typeof after)[number],
  Record<string, unknown>
> = {
  name: { isDefault: true, type: 'name', slug: 'name', required: true, disableOnPrefill: false },
  email: { ...shown, type: 'email', slug: 'email', required: true },
  title: { ...shown, type: 'text', slug: 'title', required: true, hidden: true },
  notes: { ...shown, type: 'textarea', slug: 'notes', required: false },
  guests: { ...shown, type: 'multiemail', slug: 'guests', required: false },
  rescheduleReason: { ...shown, type: 'textarea', slug: 'rescheduleReason', required: false },
}
const locationField = {
  isDefault: true,
  type: 'radioInput',
  slug: 'location',
  label: 'location',
  required: false,
  hidden: false,
}

/** Asks for a number, without which a booking needs an address. */
const ATTENDEE_PHONE = 'attendeePhoneNumber'

const setUp = {
  label: text.optional(),
  placeholder: text.optional(),
  required: truth.optional(),
  hidden: truth.optional(),
  disableOnPrefill: truth.optional(),
}

const NameField = z.looseObject({ type: z.enum(['name', 'splitName']), ...setUp })
const EmailField = z.object({ type: z.literal('email'), ...setUp })
const DefaultField = z.object({ slug: z.string(), ...setUp })

const defaultForms: Record<string, z.ZodType<Record<string, unknown>>> = {
  name: NameField,
  email: EmailField,
  location: DefaultField,
  title: DefaultField,
  notes: DefaultField,
  guests: DefaultField,
  rescheduleReason: DefaultField,
}

const custom = { slug: text, label: text, required: truth }
const CustomField = z.object({
  type: z.custom<CustomType>(
    type => typeof type === 'string' && Object.hasOwn(kinds, type),
    `must be one of the following values: name, splitName, email, ${Object.keys(kinds).join(', ')}`,
  ),
  ...custom,
  placeholder: text.optional(),
  options: listOf(text).optional(),
  hidden: truth.optional(),
  disableOnPrefill: truth.optional(),
})

/** A field that was read: one of the host's own, or how a default one is set up. */
type Given =
  | { custom: z.output<typeof CustomField> }
  | { slug: string; setUp: Record<string, unknown> }

const Field = z
  .unknown()
  .transform((value, ctx): Given => {
    const { type, slug } = Named.parse(value)
    const told =
      type === 'name' || type === 'splitName' ? 'name' : type === 'email' ? 'email' : slug
    const isDefault = told !== undefined && Object.hasOwn(defaultForms, told)
    const defaultForm = isDefault ? defaultForms[told] : undefined
    const read = defaultForm
      ? given(validate(defaultForm, value), setUp => ({ slug: told ?? '', setUp }))
      : given(validate(CustomField, value), custom => ({ custom }))
    if (read.success) return read.data
    for (const { path, message } of read.issues) ctx.addIssue({ code: 'custom', path, message })
    return z.NEVER
  })
  .meta({
    id: 'BookingFieldInput',
    type: 'object',
    description:
      'A default field by its `type` (`name`, `splitName`, `email`) or `slug`, or one of your own with both.',
  })

const given = <T>(read: Validated<T>, as: (data: T) => Given): Validated<Given> =>
  read.success ? { success: true, data: as(read.data) } : read

const Named = z.object({ type: z.string().optional(), slug: z.string().optional() }).catch({})

export const BookingFields = listOf(Field)

export const BookingField = z
  .looseObject({ isDefault: z.boolean(), type: z.string(), slug: z.string() })
  .meta({ id: 'BookingField' })

/** How default fields are set up, by their slugs: what the graph has no room for. */
export const SetUpFields = z.record(z.string(), z.record(z.string(), z.unknown()))

/**
 * Fields as the graph takes them, and how the default ones are set up.
 * @throws CallError when nobody would be asked for an address or a number.
 */
export function fieldsIn(fields: z.output<typeof BookingFields>): {
  questions: Question[]
  setUp: z.output<typeof SetUpFields>
} {
  const asked = fields.flatMap(field => ('custom' in field ? [field.custom] : []))
  const setUp = Object.fromEntries(
    fields.flatMap(field => ('setUp' in field ? [[field.slug, field.setUp] as const] : [])),
  )
  const asksForEmail = setUp.email?.required !== false && setUp.email?.hidden !== true
  const asksForPhone = asked.some(
    ({ slug, required, hidden }) => slug === ATTENDEE_PHONE && required && hidden !== true,
  )
  if (!asksForEmail && !asksForPhone) {
    throw exception(
      400,
      'Booking fields validation failed: at least one of email or attendeePhoneNumber must be both required and visible.',
    )
  }
  return { questions: asked.map(questionOf), setUp }
}

function questionOf(field: z.output<typeof CustomField>): Question {
  const { type, slug, label, required, placeholder, options, hidden, disableOnPrefill } = field
  return {
    key: slug,
    label,
    kind: kinds[type],
    required,
    placeholder: placeholder || null,
    options: hasOptions.has(type) ? options : undefined,
    isHidden: hidden,
    disableOnPrefill,
  }
}

/** All fields of an event type, in the order in which they are asked. */
export function fieldsOut(
  {
    questions,
    locations,
    allowGuests,
  }: { questions: readonly Asked[]; locations: readonly unknown[]; allowGuests: boolean },
  setUp: z.output<typeof SetUpFields>,
): z.input<typeof BookingField>[] {
  const always = (slug: keyof typeof defaults) =>
    BookingField.parse({
      ...defaults[slug],
      ...setUp[slug],
      ...(slug === 'guests' && !allowGuests && { hidden: true }),
      isDefault: true,
      slug,
    })
  return [
    ...before.map(always),
    ...(locations.length > 1 ? [BookingField.parse({ ...locationField, ...setUp.location })] : []),
    ...questions.map(customField),
    ...after.map(always),
  ]
}

function customField(asked: Asked): z.input<typeof BookingField> {
  const type = types[asked.kind]
  return {
    isDefault: asked.key === ATTENDEE_PHONE,
    type,
    slug: asked.key,
    label: asked.label,
    required: asked.required,
    ...((asked.placeholder !== null || hasPlaceholder.has(type)) && {
      placeholder: asked.placeholder ?? '',
    }),
    ...(hasOptions.has(type) && { options: asked.options }),
    hidden: asked.isHidden,
    disableOnPrefill: asked.disableOnPrefill,
  }
}
