import { z } from 'zod'
import type { Contact } from '../db/generated/client/client.ts'

const at = z.iso.datetime().transform(value => new Date(value))

/** The facts of a contact in an event: how it stood after the change. */
export const ContactFacts = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  phone: z.string().nullable(),
  timeZone: z.string().nullable(),
  bookingCount: z.int(),
  firstBookingAt: at,
  lastBookingAt: at,
})

export type ContactFacts = z.output<typeof ContactFacts>

/** The facts of a contact as an event keeps them, in JSON; read back with `ContactFacts`. */
export const contactSnapshot = (contact: Contact): z.input<typeof ContactFacts> => ({
  id: contact.uid,
  email: contact.email,
  name: contact.name,
  phone: contact.phone,
  timeZone: contact.timeZone,
  bookingCount: contact.bookingCount,
  firstBookingAt: contact.firstBookingAt.toISOString(),
  lastBookingAt: contact.lastBookingAt.toISOString(),
})
