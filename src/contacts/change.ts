import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Contact } from '../db/generated/client/client.ts'
import { ApiError, notFound } from '../errors.ts'
import { type Change, changeHost } from '../event-log/transaction.ts'
import { byId, newUid } from '../ids.ts'
import { email, parse, phone, text, timeZone } from '../validation.ts'
import { contactSnapshot } from './snapshot.ts'

const details = {
  name: text(200),
  email,
  phone: phone.nullish(),
  timeZone: timeZone.nullish(),
}

const NewContact = z.object(details)

const ContactChange = z.object({
  ...details,
  id: z.string(),
  name: details.name.optional(),
  email: email.optional(),
})

/** Contacts of an account who never booked; who books is a contact in any case. */
const MAX_UNBOOKED = 10_000

/**
 * Adds somebody who has not booked yet.
 * @throws ApiError INVALID_INPUT; CONFLICT for an address that a contact has; LIMIT_REACHED with
 * 10,000 who never booked.
 */
export async function createContact(ctx: Context, input: unknown): Promise<Contact> {
  const wanted = parse(NewContact, input)
  return changeHost(ctx, hostOf(ctx), async change => {
    const { tx, hostId, now } = change
    await requireFree(change, wanted.email)
    await requireRoom(change)
    const contact = await tx.contact.create({
      data: {
        ...wanted,
        uid: newUid('Contact'),
        hostId,
        bookingCount: 0,
        firstBookingAt: now,
        lastBookingAt: now,
        createdAt: now,
        updatedAt: now,
      },
    })
    change.emit({ kind: 'CONTACT_CREATED', contactId: contact.id, data: contactSnapshot(contact) })
    return contact
  })
}

/**
 * Changes the fields that the input names. What the person wrote into their bookings stays.
 * @throws ApiError INVALID_INPUT; NOT_FOUND; CONFLICT for an address that another contact has.
 */
export async function updateContact(ctx: Context, input: unknown): Promise<Contact> {
  const { id: given, ...wanted } = parse(ContactChange, input)
  return changeHost(ctx, hostOf(ctx), async change => {
    const { tx, now } = change
    const known = await ownContact(change, given, 'input.id')
    if (wanted.email !== undefined && wanted.email !== known.email)
      await requireFree(change, wanted.email)
    const contact = await tx.contact.update({
      where: { id: known.id },
      data: { ...wanted, updatedAt: now },
    })
    change.emit({ kind: 'CONTACT_UPDATED', contactId: contact.id, data: contactSnapshot(contact) })
    return contact
  })
}

/**
 * Takes a contact away; their bookings stay. Who books again is a new contact.
 * @throws ApiError NOT_FOUND.
 */
export async function deleteContact(ctx: Context, given: string): Promise<{ id: string }> {
  return changeHost(ctx, hostOf(ctx), async change => {
    const contact = await ownContact(change, given, 'input.id')
    await change.tx.contact.delete({ where: { id: contact.id } })
    change.emit({ kind: 'CONTACT_DELETED', contactId: contact.id, data: contactSnapshot(contact) })
    return { id: contact.uid }
  })
}

async function ownContact({ tx, hostId }: Change, id: string, path: string): Promise<Contact> {
  const contact = await tx.contact.findUnique({ where: { ...byId(id), hostId } })
  if (contact === null) throw notFound('contact', path)
  return contact
}

async function requireFree({ tx, hostId }: Change, email: string): Promise<void> {
  if ((await tx.contact.count({ where: { hostId, email } })) === 0) return
  throw new ApiError('CONFLICT', 'Another contact has this address.', {
    fields: [{ path: 'input.email', message: 'is the address of another contact' }],
  })
}

async function requireRoom({ tx, hostId }: Change): Promise<void> {
  if ((await tx.contact.count({ where: { hostId, bookingCount: 0 } })) < MAX_UNBOOKED) return
  throw new ApiError(
    'LIMIT_REACHED',
    `An account has at most ${MAX_UNBOOKED} contacts who never booked.`,
    {
      limit: MAX_UNBOOKED,
    },
  )
}
