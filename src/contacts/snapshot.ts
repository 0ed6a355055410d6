import type { Contact } from '../db/generated/client/client.ts'

/** What the log keeps of a contact: how it stood after the change, as JSON; instants are ISO 8601 in UTC. */
export const contactSnapshot = (contact: Contact) => ({
  id: contact.uid,
  email: contact.email,
  name: contact.name,
  phone: contact.phone,
  timeZone: contact.timeZone,
  bookingCount: contact.bookingCount,
  firstBookingAt: contact.firstBookingAt.toISOString(),
  lastBookingAt: contact.lastBookingAt.toISOString(),
})
