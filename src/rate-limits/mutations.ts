import type { LimitName } from './table.ts'

/**
 * The rate limit of a mutation in addition to that on all operations of its caller.
 *
 * - `general`: none in addition.
 * - `own`: the act counts by rules of its own, such as failures only.
 * - Otherwise the limit for accounts, and the limit for callers without an account, where there are
 *   such callers.
 */
export type MutationLimit = 'general' | 'own' | { account?: LimitName; address?: LimitName }

const outbound = { account: 'outboundActs', address: 'actsByLink' } as const
const inviting = { account: 'invitations', address: 'actsByLink' } as const
const byLink = { address: 'actsByLink' } as const

/**
 * The limit of every mutation. A mutation that is not in the table fails at the start of the
 * gateway.
 */
export const mutationLimits: Readonly<Record<string, MutationLimit>> = {
  addCalendarFeed: outbound,
  addGuests: byLink,
  addInvitee: 'general',
  addTeamMember: inviting,
  answerInvitation: byLink,
  approveBooking: 'general',
  archiveEventType: 'general',
  askAssistant: 'own',
  book: 'own',
  bookForInvitee: 'general',
  cancelBooking: byLink,
  cancelInvitation: 'general',
  cancelSeries: byLink,
  changeBookingLocation: byLink,
  changeReservation: 'own',
  changeTeamMember: 'general',
  createApiKey: 'general',
  createBookingLink: 'general',
  createContact: 'general',
  createEventType: 'general',
  createHook: outbound,
  createManagedAccount: 'general',
  createOAuthClient: 'general',
  createPlatformClient: 'general',
  createRoutingForm: 'general',
  createSchedule: 'general',
  createTeam: 'general',
  deleteBookingLink: 'general',
  deleteContact: 'general',
  deleteHook: 'general',
  deleteHooks: 'general',
  deleteInviteeData: 'general',
  deleteManagedAccount: 'general',
  deleteOAuthClient: 'general',
  deletePastBookings: 'general',
  deletePlatformClient: 'general',
  deleteSchedule: 'general',
  deleteTeam: 'general',
  denyBooking: 'general',
  endAuthorization: 'general',
  inviteToTeam: inviting,
  leaveTeam: 'general',
  logIn: 'own',
  logOut: 'general',
  markNoShow: 'general',
  reassignBooking: 'general',
  recordAttendance: 'general',
  refreshManagedTokens: 'own',
  register: 'own',
  releaseSlot: byLink,
  removeCalendarFeed: 'general',
  removeTeamMember: 'general',
  renewManagedTokens: 'general',
  replaceApiKey: 'general',
  replayDelivery: outbound,
  replayFailedDeliveries: outbound,
  rescheduleBooking: byLink,
  resendInvitation: inviting,
  reserveSlot: 'own',
  revokeApiKey: 'general',
  rotateHookSecret: 'general',
  rotateOAuthClientSecret: 'general',
  sendTestEvent: outbound,
  submitRoutingForm: 'own',
  updateBookingLink: 'general',
  updateBookingPage: 'general',
  updateContact: 'general',
  updateEventType: 'general',
  updateHook: outbound,
  updateManagedAccount: 'general',
  updateOAuthClient: 'general',
  updatePlatformClient: 'general',
  updateProfile: 'general',
  updateRoutingForm: 'general',
  updateSchedule: 'general',
  updateTeam: 'general',
}
