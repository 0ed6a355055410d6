// Booking fields as the form of the Booker reads them: the row of version 2024-04-15 with the
// labels, inputs and views that Cal.com stores with each field.

import { z } from 'zod'

/** A field of the row of an event type. */
export type RowField = { name: string; type: string; [property: string]: unknown }

/** Keys of the components' translations; a label of the host takes precedence. */
const defaultLabels: Record<string, string> = {
  name: 'your_name',
  email: 'email_address',
  attendeePhoneNumber: 'phone_number',
  location: 'location',
  title: 'what_is_this_meeting_about',
  notes: 'additional_notes',
  guests: 'additional_guests',
  rescheduleReason: 'reason_for_reschedule',
}

/** What an attendee fills in at locations that leave the place to them. */
const optionsInputs = {
  attendeeInPerson: { type: 'address', required: true, placeholder: '' },
  phone: { type: 'phone', required: true, placeholder: '' },
  somewhereElse: { type: 'text', required: true, placeholder: '' },
}

const location: RowField = {
  name: 'location',
  type: 'radioInput',
  editable: 'system',
  required: false,
  hidden: false,
}

/** The components render these labels as HTML. */
const htmlLabels = new Set(['boolean', 'radio'])

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (label: string): string => label.replace(/[&<>"]/g, sign => entities[sign] ?? sign)

/**
 * The fields of a row for the form. It always asks for the location, because the place can be up to
 * the attendee even where there is only one; the form hides the field when there is nothing to
 * choose or to fill in.
 */
export function formFields(fields: readonly RowField[], hasLocation: boolean): RowField[] {
  const asksLocation = fields.some(({ name }) => name === 'location')
  const all =
    asksLocation || !hasLocation
      ? fields
      : fields.flatMap(field => (field.name === 'email' ? [field, location] : [field]))
  return all.map(formField)
}

function formField({ label, ...field }: RowField): RowField {
  const { name, type } = field
  const defaultLabel = defaultLabels[name]
  // The row has the name of a default field where its host set no label.
  const own = typeof label === 'string' && label !== name ? label : undefined
  return {
    ...field,
    type: type === 'splitName' ? 'name' : type,
    ...(type === 'splitName' && { variant: 'firstAndLastName' }),
    ...(defaultLabel !== undefined && { defaultLabel }),
    ...((own ?? defaultLabel) === undefined
      ? { label: name }
      : own !== undefined && { label: own }),
    ...(htmlLabels.has(type) && { labelAsSafeHtml: escaped(own ?? name) }),
    ...(name === 'location' && { optionsInputs }),
    ...(name === 'rescheduleReason' && { views: [{ id: 'reschedule', label: 'Reschedule View' }] }),
    sources: [{ id: 'default', type: 'default', label: 'Default' }],
  }
}

const SplitName = z.looseObject({ type: z.literal('name'), variant: z.literal('firstAndLastName') })

/** A field as the editor sends it back, in the words of the row. */
export const fromForm = (field: unknown): unknown => {
  const split = SplitName.safeParse(field)
  return split.success ? { ...split.data, type: 'splitName' } : field
}
