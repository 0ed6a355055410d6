import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { Time, time } from '../time.ts'
import { Uri, uriOf } from '../uris.ts'

export const ContactParts = graphql(`
  fragment CalendlyContact on Contact { id email name phone timeZone createdAt updatedAt }
`)

export type ShownContact = ResultOf<typeof ContactParts>

const Email = z.object({ email: z.string(), is_primary: z.boolean() })

const PhoneNumber = z.object({ phone_number: z.string() })

/** What contacts have at Calendly and not here. */
const unknown = {
  job_title: z.null(),
  company: z.null(),
  country: z.null(),
  state: z.null(),
  city: z.null(),
  linkedin: z.null(),
  first_email_date: z.null(),
  last_email_date: z.null(),
  next_meeting_date: z.null(),
  last_meeting_date: z.null(),
}

export const Contact = z
  .object({
    uri: Uri,
    name: z.string(),
    emails: z.array(Email).meta({ description: 'One.' }),
    phone_numbers: z.array(PhoneNumber).meta({ description: 'One, or none.' }),
    timezone: z.string().nullable(),
    ...unknown,
    custom_fields: z.array(z.never()).meta({ description: 'None.' }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Contact' })

export const contact = (shown: ShownContact, publicUrl: string): z.input<typeof Contact> => ({
  uri: uriOf(publicUrl, 'contacts', shown.id),
  name: shown.name,
  emails: [{ email: shown.email, is_primary: true }],
  phone_numbers: shown.phone === null ? [] : [{ phone_number: shown.phone }],
  timezone: shown.timeZone,
  job_title: null,
  company: null,
  country: null,
  state: null,
  city: null,
  linkedin: null,
  custom_fields: [],
  first_email_date: null,
  last_email_date: null,
  next_meeting_date: null,
  last_meeting_date: null,
  created_at: time(shown.createdAt),
  updated_at: time(shown.updatedAt),
})

const one = 'must have one entry: a contact has one here'

/** What can be said of a contact. */
const settings = {
  name: z.string(),
  emails: z
    .array(z.object({ email: z.string(), is_primary: z.boolean().optional() }))
    .length(1, one),
  phone_numbers: z.array(PhoneNumber).max(1, one).nullable(),
  timezone: z.string().nullable(),
}

export const NewContact = z.object({
  ...settings,
  phone_numbers: settings.phone_numbers.optional(),
  timezone: settings.timezone.optional(),
})

export const ContactChange = z.object(settings).partial()

/** What is said of one, as the graph takes it: only what is given. */
export const contactIn = ({
  name,
  emails,
  phone_numbers,
  timezone,
}: z.output<typeof ContactChange>) => ({
  name,
  email: emails?.[0]?.email,
  phone: phone_numbers === undefined ? undefined : (phone_numbers?.[0]?.phone_number ?? null),
  timeZone: timezone,
})

export const contactNames = {
  'input.name': 'name',
  'input.email': 'emails.0.email',
  'input.phone': 'phone_numbers.0.phone_number',
  'input.timeZone': 'timezone',
}
