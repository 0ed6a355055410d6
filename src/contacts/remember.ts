import type { Contact } from '../db/generated/client/client.ts'
import type { Change } from '../event-log/transaction.ts'
import { newUid } from '../ids.ts'
import { contactSnapshot } from './snapshot.ts'

/** A person who books, as they entered it. */
export interface Booker {
  /** In lower case, as `email` of parse.ts leaves it. */
  email: string
  name: string
  /** Null when they did not say: what is known stays. */
  phone: string | null
  timeZone: string | null
}

/**
 * Notes one more booking of somebody, in the transaction of the booking: makes the contact, or
 * counts and brings up to date what is known. A host's changes run one after another, so the look
 * and the write see the same.
 */
export async function rememberContact(change: Change, who: Booker): Promise<Contact> {
  const { tx, hostId, now } = change
  const known = await tx.contact.findUnique({
    where: { hostId_email: { hostId, email: who.email } },
  })
  const contact =
    known === null
      ? await tx.contact.create({
          data: {
            uid: newUid('Contact'),
            hostId,
            email: who.email,
            name: who.name,
            phone: who.phone,
            timeZone: who.timeZone,
            bookingCount: 1,
            firstBookingAt: now,
            lastBookingAt: now,
            createdAt: now,
            updatedAt: now,
          },
        })
      : await tx.contact.update({
          where: { id: known.id },
          data: {
            name: who.name,
            phone: who.phone ?? known.phone,
            timeZone: who.timeZone ?? known.timeZone,
            bookingCount: { increment: 1 },
            ...(known.bookingCount === 0 && { firstBookingAt: now }),
            lastBookingAt: now,
            updatedAt: now,
          },
        })
  change.emit({
    kind: known === null ? 'CONTACT_CREATED' : 'CONTACT_UPDATED',
    contactId: contact.id,
    data: contactSnapshot(contact),
  })
  return contact
}
