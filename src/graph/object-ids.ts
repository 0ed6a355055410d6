// One id, one object: the `id` of each type has a prefix of its own, and `node(id)` finds the
// object by it (https://relay.dev/graphql/objectidentification.htm). Most are the `uid` of a row;
// what shows such a row from another side, or has no uid that everyone who sees it may know, has an
// id that is derived here.

import { byId } from '../ids.ts'

/** Every type with an `id`, by the prefix of its ids. */
const typeOfPrefix: Record<string, string> = {
  act: 'ActivityEntry',
  att: 'DeliveryAttempt',
  bk: 'Booking',
  bl: 'BookingLink',
  bp: 'BookingPage',
  cf: 'CalendarFeed',
  ct: 'Contact',
  dlv: 'Delivery',
  et: 'EventType',
  evt: 'BookingEvent',
  hk: 'Hook',
  inv: 'Invitee',
  key: 'ApiKey',
  mac: 'ManagedAccount',
  oac: 'OAuthClient',
  oag: 'AuthorizedApp',
  pc: 'PlatformClient',
  rf: 'RoutingForm',
  rfs: 'RoutingSubmission',
  rsv: 'Reservation',
  sch: 'Schedule',
  tm: 'Team',
  tmb: 'TeamMember',
  tmi: 'TeamInvitation',
  usr: 'User',
}

/** The type of the object that an id identifies; undefined for text that is no id. */
export const typeOfId = (id: string): string | undefined =>
  typeOfPrefix[/^([a-z]+)_\w+$/.exec(id)?.[1] ?? '']

const withoutPrefix = (id: string): string => id.slice(id.indexOf('_') + 1)

/** Ids of an entry of the activity log: the same letters as those of its event. */
export const activityEntryId = {
  of: ({ uid }: { uid: string }): string => `act_${withoutPrefix(uid)}`,
  eventUid: (id: string): string => `evt_${withoutPrefix(id)}`,
}

/** Ids of an account as its platform client sees it: the same letters as those of the `User`. */
export const managedAccountId = {
  of: ({ uid }: { uid: string }): string => `mac_${withoutPrefix(uid)}`,
  userUid: (id: string): string => `usr_${withoutPrefix(id)}`,
}

/** Ids of a platform client: its `clientId`, which has no prefix, with one. */
export const platformClientId = {
  of: ({ uid }: { uid: string }): string => `pc_${uid}`,
  clientId: withoutPrefix,
}

/** Ids of a booking link: its integer, since its uid is the secret by which it books. */
export const bookingLinkId = {
  of: ({ id }: { id: number }): string => `bl_${id}`,
  key: (id: string): { uid: string } | { id: number } => byId(withoutPrefix(id)),
}

/** Ids of an attempt: the integer of its delivery, and its number. */
export const attemptId = {
  of: ({ deliveryId, number }: { deliveryId: bigint; number: number }): string =>
    `att_${deliveryId}_${number}`,
  /** The two; undefined for what can be no such id. */
  key(id: string): { deliveryId: string; number: number } | undefined {
    const [, deliveryId, number] = /^att_(\d{1,18})_(\d{1,9})$/.exec(id) ?? []
    return deliveryId === undefined ? undefined : { deliveryId, number: Number(number) }
  },
}
