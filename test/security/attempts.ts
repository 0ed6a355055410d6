// One operation, or several, for every root field that asks for a scope or takes an id: what a
// stranger would try.

import { activityEntryId, managedAccountId, platformClientId } from '../../src/graph/object-ids.ts'
import { givenCalendarFeed } from '../helpers/feeds.ts'
import { codeFor, givenApp } from '../helpers/oauth.ts'
import {
  ANSWER,
  givenMember,
  givenTeam,
  givenTeamEventType,
  invite,
  REASSIGN,
} from '../helpers/teams.ts'
import {
  at,
  booking,
  type Client,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  textAt,
} from '../helpers/world.ts'

/** What belongs to a host, as a stranger who knows all the ids would name it. */
export interface Things {
  user: string
  eventType: string
  eventTypeNumber: string
  schedule: string
  scheduleNumber: string
  booking: string
  bookingNumber: string
  pending: string
  series: string
  invitee: string
  bookingLink: string
  bookingLinkId: string
  contact: string
  hook: string
  teamHook: string
  event: string
  delivery: string
  deliveryNumber: string
  apiKey: string
  apiKeyNumber: string
  oauthClient: string
  routingForm: string
  routingSubmission: string
  calendarFeed: string
  platformClient: string
  /** Made by the platform client. */
  managedAccount: string
  authorization: string
  team: string
  teamNumber: string
  /** Another one in the team. */
  teamMember: string
  teamMemberNumber: string
  invitation: string
  /** An account that is in none of the teams. */
  newcomer: string
  /** A team that has invited the host. */
  askingTeam: string
  /** The invitation of that team. */
  askingInvitation: string
  teamEventType: string
  /** Of a round robin of the team, attended by the other one. */
  teamBooking: string
}

/** Ids of the same form that name nothing. */
export const nothing: Things = {
  user: 'usr_0000000000000000000000',
  eventType: 'et_0000000000000000000000',
  eventTypeNumber: '1999999999',
  schedule: 'sch_0000000000000000000000',
  scheduleNumber: '1999999999',
  booking: 'bk_0000000000000000000000',
  bookingNumber: '1999999999',
  pending: 'bk_0000000000000000000000',
  series: 'bs_0000000000000000000000',
  invitee: 'inv_0000000000000000000000',
  bookingLink: 'lnk_0000000000000000000000',
  bookingLinkId: 'bl_1999999999',
  contact: 'ct_0000000000000000000000',
  hook: 'hk_0000000000000000000000',
  teamHook: 'hk_0000000000000000000000',
  event: 'evt_0000000000000000000000',
  delivery: 'dlv_0000000000000000000000',
  deliveryNumber: '1999999999',
  apiKey: 'key_0000000000000000000000',
  apiKeyNumber: '1999999999',
  oauthClient: 'oac_0000000000000000000000',
  authorization: 'oag_0000000000000000000000',
  team: 'tm_0000000000000000000000',
  teamNumber: '1999999999',
  teamMember: 'tmb_0000000000000000000000',
  teamMemberNumber: '1999999999',
  invitation: 'tmi_0000000000000000000000',
  newcomer: 'usr_0000000000000000000000',
  askingTeam: 'tm_0000000000000000000000',
  askingInvitation: 'tmi_0000000000000000000000',
  teamEventType: 'et_0000000000000000000000',
  teamBooking: 'bk_0000000000000000000000',
  routingForm: 'rf_0000000000000000000000',
  routingSubmission: 'rfs_0000000000000000000000',
  calendarFeed: 'cf_0000000000000000000000',
  platformClient: 'c000000000000000000000000',
  managedAccount: 'usr_0000000000000000000000',
}

/**
 * Makes a host's things: one of each kind. The first booking begins at once, so that its invitee
 * can be absent; its hook is told of it.
 */
export async function givenThings(
  host: GivenHost,
  visitor: Client,
  start: string,
  later: string,
): Promise<Things> {
  const made = await host.run(`mutation {
    createSchedule(input: { name: "Evenings" }) { schedule { id databaseId } }
    createHook(input: { url: "https://receiver.example/hook", events: [BOOKING_CREATED] }) { hook { id } }
    createApiKey(input: { label: "Calendar sync" }) { apiKey { id databaseId } }
    createPlatformClient(input: {
      name: "Private platform", redirectUris: ["https://a.example"], permissions: [BOOKING_READ]
    }) { client { id: clientId } }
    createRoutingForm(input: { name: "Private form", isPublished: true, questions: [], fallback: { url: "https://a.example" } }) { form { id } }
  }`)
  const schedule = textAt(made, 'createSchedule.schedule.id')
  const platformClient = textAt(made, 'createPlatformClient.client.id')
  const managed = await host.run(
    `mutation ($clientId: ID!) {
      createManagedAccount(input: { clientId: $clientId, email: "ada@example.org", name: "Ada" }) { account { id: userId } }
    }`,
    { clientId: platformClient },
  )
  const eventType = await givenEventType(host, {
    name: 'Private talk',
    slug: 'private-talk',
    scheduleId: schedule,
  })
  const approved = await givenEventType(host, { name: 'On request', confirmation: 'ALWAYS' })
  const booked = await givenBooking(visitor, eventType, start)
  const asked = await givenBooking(visitor, approved, later)
  const weekly = { frequency: 'WEEKLY', interval: 1, count: 2 }
  const repeating = await givenEventType(host, { name: 'Every week', recurrence: weekly })
  const repeated = await visitor.run(
    'mutation ($input: BookInput!) { book(input: $input) { booking { seriesId } } }',
    booking(repeating, anHourAfter(anHourAfter(later)), { recurrenceCount: 2 }),
  )
  const app = await givenApp(host, { name: 'Private app' })
  await codeFor(host, app)
  const [colleague, newcomer] = [await givenHost(host), await givenHost(host)]
  const team = await givenTeam(host, { name: 'Private team' })
  const teamMember = await givenMember(host, team, colleague)
  const invitation = await invite(host, team, `asked.${newcomer.email}`)
  const teamEventType = await givenTeamEventType(host, team, 'ROUND_ROBIN', [colleague, host])
  const ofTeam = await host.run(
    'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
    {
      input: { url: 'https://receiver.example/team', events: ['BOOKING_CREATED'], teamId: team.id },
    },
  )
  const teamBooked = await givenBooking(visitor, teamEventType, anHourAfter(later))
  const askingTeam = await givenTeam(colleague, { name: 'Asking team' })
  const askingInvitation = await invite(colleague, askingTeam, host.email)
  const hook = textAt(made, 'createHook.hook.id')
  const routingForm = textAt(made, 'createRoutingForm.form.id')
  const submitted = await visitor.run(
    'mutation ($formId: ID!) { submitRoutingForm(input: { formId: $formId, answers: {} }) { submissionId } }',
    { formId: routingForm },
  )
  const linked = await host.run(
    'mutation ($id: ID!) { createBookingLink(input: { eventTypeId: $id }) { link { id token } } }',
    {
      id: eventType,
    },
  )
  const read = await host.run(
    `query ($eventType: ID!, $booking: ID!, $team: ID!, $teamMember: ID!, $hook: ID!) {
      team(id: $team) { databaseId }
      teamMember(id: $teamMember) { databaseId }
      eventType(id: $eventType) { databaseId }
      booking(id: $booking) { databaseId invitees { contact { id } } }
      authorizedApps { edges { node { id } } }
      deliveries(filter: { hookId: $hook }) { edges { node { id databaseId event { id } } } }
    }`,
    { eventType, booking: booked.id, team: team.id, teamMember, hook },
  )
  return {
    user: host.id,
    eventType,
    eventTypeNumber: numberAt(read, 'eventType.databaseId'),
    schedule,
    scheduleNumber: numberAt(made, 'createSchedule.schedule.databaseId'),
    booking: booked.id,
    bookingNumber: numberAt(read, 'booking.databaseId'),
    pending: asked.id,
    series: textAt(repeated, 'book.booking.seriesId'),
    invitee: booked.inviteeId,
    bookingLink: textAt(linked, 'createBookingLink.link.token'),
    bookingLinkId: textAt(linked, 'createBookingLink.link.id'),
    contact: textAt(read, 'booking.invitees.0.contact.id'),
    hook,
    teamHook: textAt(ofTeam, 'createHook.hook.id'),
    event: textAt(read, 'deliveries.edges.0.node.event.id'),
    delivery: textAt(read, 'deliveries.edges.0.node.id'),
    deliveryNumber: numberAt(read, 'deliveries.edges.0.node.databaseId'),
    apiKey: textAt(made, 'createApiKey.apiKey.id'),
    apiKeyNumber: numberAt(made, 'createApiKey.apiKey.databaseId'),
    oauthClient: app.id,
    calendarFeed: await givenCalendarFeed(host),
    platformClient,
    managedAccount: textAt(managed, 'createManagedAccount.account.id'),
    routingForm,
    routingSubmission: textAt(submitted, 'submitRoutingForm.submissionId'),
    authorization: textAt(read, 'authorizedApps.edges.0.node.id'),
    team: team.id,
    teamNumber: numberAt(read, 'team.databaseId'),
    teamMember,
    teamMemberNumber: numberAt(read, 'teamMember.databaseId'),
    invitation,
    newcomer: newcomer.id,
    askingTeam: askingTeam.id,
    askingInvitation,
    teamEventType,
    teamBooking: teamBooked.id,
  }
}

/**
 * Ids that node(id) returns nothing for, except to their host: one of each type that is not public.
 */
export const nodeIds: ((theirs: Things) => string)[] = [
  ...(
    [
      'user',
      'booking',
      'schedule',
      'contact',
      'hook',
      'delivery',
      'team',
      'invitee',
      'apiKey',
      'oauthClient',
      'authorization',
      'event',
      'teamMember',
      'invitation',
      'routingForm',
      'routingSubmission',
      'calendarFeed',
      'bookingLinkId',
    ] as const
  ).map(kind => (theirs: Things) => theirs[kind]),
  ({ managedAccount }) => managedAccountId.of({ uid: managedAccount }),
  ({ platformClient }) => platformClientId.of({ uid: platformClient }),
  ({ event }) => activityEntryId.of({ uid: event }),
]

/** An operation on a root field. */
export interface Attempt {
  field: `${'Query' | 'Mutation' | 'Subscription'}.${string}`
  query: string
  /**
   * Its variables for somebody's things; `mine` are those of who tries. Without it the operation
   * names no thing.
   */
  variables?: (theirs: Things, mine: Things) => Record<string, unknown>
  /** For what is followed from now on: what its host does meanwhile, so that something is told. */
  meanwhile?: (theirs: Things) => { query: string; variables: Record<string, unknown> }
}

const TEST =
  'mutation ($hookId: ID!) { sendTestEvent(input: { hookId: $hookId }) { delivery { id kind } } }'

const START = '2026-03-05T15:00:00Z'

/** In an order in which the owner can do them all: what takes something away comes last. */
export const attempts: Attempt[] = [
  ...(['booking', 'bookingNumber', 'teamBooking'] as const).map(
    (kind): Attempt => ({
      field: 'Query.booking',
      query: 'query ($id: ID) { booking(id: $id) { id start invitees { email } } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Query.bookings',
    query:
      'query ($filter: BookingFilter) { bookings(filter: $filter) { totalCount edges { node { id } } } }',
    variables: theirs => ({ filter: { eventTypeIds: [theirs.eventType] } }),
  },
  {
    field: 'Query.bookingSeries',
    query: 'query ($id: ID) { bookingSeries(id: $id) { id start } }',
    variables: theirs => ({ id: theirs.series }),
  },
  {
    field: 'Query.invitee',
    query: 'query ($id: ID!) { invitee(id: $id) { id email booking { id } } }',
    variables: theirs => ({ id: theirs.invitee }),
  },
  {
    field: 'Query.inviteesByIds',
    query: 'query ($ids: [ID!]!) { inviteesByIds(ids: $ids) { id email booking { id } } }',
    variables: theirs => ({ ids: [theirs.invitee] }),
  },
  {
    field: 'Query.invitees',
    query:
      'query ($bookingId: ID!) { invitees(bookingId: $bookingId) { totalCount edges { node { id email } } } }',
    variables: theirs => ({ bookingId: theirs.booking }),
  },
  {
    field: 'Query.busyTimes',
    query:
      '{ busyTimes(start: "2026-03-01T00:00:00Z", end: "2026-03-31T00:00:00Z") { start bookingId } }',
  },
  {
    field: 'Query.contact',
    query: 'query ($id: ID!) { contact(id: $id) { id email } }',
    variables: theirs => ({ id: theirs.contact }),
  },
  ...[
    '($teamId: ID) { bookings(teamId: $teamId) { totalCount edges { node { id } } } }',
    '($teamId: ID) { bookings(teamId: $teamId, withOwn: true) { totalCount edges { node { id } } } }',
  ].map(
    (query): Attempt => ({
      field: 'Query.bookings',
      query: `query ${query}`,
      variables: theirs => ({ teamId: theirs.team }),
    }),
  ),
  {
    field: 'Query.eventTypes',
    query:
      'query ($teamId: ID) { eventTypes(teamId: $teamId) { totalCount edges { node { id } } } }',
    variables: theirs => ({ teamId: theirs.team }),
  },
  {
    field: 'Query.activity',
    query: '{ activity { totalCount edges { node { id: eventId kind } } } }',
  },
  {
    field: 'Mutation.createContact',
    query: `mutation { createContact(input: { name: "Eve", email: "eve@example.net" }) { contact { id } } }`,
  },
  {
    field: 'Mutation.updateContact',
    query:
      'mutation ($id: ID!) { updateContact(input: { id: $id, name: "Eve" }) { contact { id email } } }',
    variables: theirs => ({ id: theirs.contact }),
  },
  { field: 'Query.contacts', query: '{ contacts { totalCount edges { node { id email } } } }' },
  ...(['eventType', 'eventTypeNumber', 'teamEventType'] as const).map(
    (kind): Attempt => ({
      field: 'Query.eventType',
      query: 'query ($id: ID!) { eventType(id: $id) { id name } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Query.eventTypes',
    query:
      'query ($filter: EventTypeFilter) { eventTypes(filter: $filter) { totalCount edges { node { id } } } }',
    variables: theirs => ({ filter: { scheduleId: theirs.schedule } }),
  },
  {
    field: 'Query.routingForm',
    query: 'query ($id: ID!) { routingForm(id: $id) { id name } }',
    variables: theirs => ({ id: theirs.routingForm }),
  },
  {
    field: 'Query.routingForms',
    query: '{ routingForms { totalCount edges { node { id name } } } }',
  },
  {
    field: 'Query.routingSubmission',
    query: 'query ($id: ID!) { routingSubmission(id: $id) { id answers { answer } } }',
    variables: theirs => ({ id: theirs.routingSubmission }),
  },
  {
    field: 'Query.routingSubmissions',
    query:
      'query ($formId: ID!) { routingSubmissions(formId: $formId) { totalCount edges { node { id } } } }',
    variables: theirs => ({ formId: theirs.routingForm }),
  },
  {
    field: 'Query.hook',
    query: 'query ($id: ID!) { hook(id: $id) { id url } }',
    variables: theirs => ({ id: theirs.teamHook }),
  },
  {
    field: 'Query.hook',
    query: 'query ($id: ID!) { hook(id: $id) { id url team { id } } }',
    variables: theirs => ({ id: theirs.hook }),
  },
  { field: 'Query.hooks', query: '{ hooks { totalCount edges { node { id url } } } }' },
  {
    field: 'Query.hooks',
    query: 'query ($teamId: ID) { hooks(teamId: $teamId) { totalCount edges { node { id } } } }',
    variables: theirs => ({ teamId: theirs.team }),
  },
  { field: 'Query.eventCursor', query: '{ eventCursor }' },
  {
    field: 'Query.events',
    query: 'query ($ids: [ID!]!) { events(ids: $ids) { id kind data } }',
    variables: theirs => ({ ids: [theirs.event] }),
  },
  { field: 'Query.pastEvents', query: '{ pastEvents { edges { node { id kind data } } } }' },
  ...(['delivery', 'deliveryNumber'] as const).map(
    (kind): Attempt => ({
      field: 'Query.delivery',
      query: 'query ($id: ID!) { delivery(id: $id) { id status body } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Query.deliveries',
    query:
      'query ($filter: DeliveryFilter) { deliveries(filter: $filter) { totalCount edges { node { id } } } }',
    variables: theirs => ({ filter: { hookId: theirs.hook } }),
  },
  { field: 'Query.apiKeys', query: '{ apiKeys { totalCount edges { node { id label hint } } } }' },
  {
    field: 'Query.oauthClient',
    query: 'query ($id: ID!) { oauthClient(id: $id) { id name } }',
    variables: theirs => ({ id: theirs.oauthClient }),
  },
  {
    field: 'Query.oauthClients',
    query: '{ oauthClients { totalCount edges { node { id name } } } }',
  },
  {
    field: 'Query.authorizedApps',
    query: '{ authorizedApps { totalCount edges { node { id app { id: clientId name } } } } }',
  },
  ...(['schedule', 'scheduleNumber'] as const).map(
    (kind): Attempt => ({
      field: 'Query.schedule',
      query: 'query ($id: ID!) { schedule(id: $id) { id name weekly { start } } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  { field: 'Query.schedules', query: '{ schedules { id name } }' },
  { field: 'Query.calendarFeeds', query: '{ calendarFeeds { id urls } }' },
  {
    field: 'Query.calendarTimes',
    query:
      '{ calendarTimes(start: "2026-03-01T00:00:00Z", end: "2026-03-31T00:00:00Z") { start feedId } }',
  },
  {
    field: 'Query.platformClients',
    query: '{ platformClients { totalCount edges { node { id: clientId secret } } } }',
  },
  {
    field: 'Query.platformClient',
    query: 'query ($id: ID!) { platformClient(clientId: $id) { id: clientId secret } }',
    variables: theirs => ({ id: theirs.platformClient }),
  },
  {
    field: 'Query.managedAccounts',
    query:
      'query ($clientId: ID!) { managedAccounts(clientId: $clientId) { totalCount edges { node { id: userId email } } } }',
    variables: theirs => ({ clientId: theirs.platformClient }),
  },
  {
    field: 'Query.managedAccount',
    query:
      'query ($clientId: ID!, $id: ID!) { managedAccount(clientId: $clientId, userId: $id) { id: userId email } }',
    variables: theirs => ({ clientId: theirs.platformClient, id: theirs.managedAccount }),
  },
  ...nodeIds.map(
    (idIn): Attempt => ({
      field: 'Query.node',
      query: 'query ($id: ID!) { node(id: $id) { __typename id } }',
      variables: theirs => ({ id: idIn(theirs) }),
    }),
  ),
  ...(['team', 'teamNumber'] as const).map(
    (kind): Attempt => ({
      field: 'Query.team',
      query:
        'query ($id: ID!) { team(id: $id) { id name members { totalCount } invitations { totalCount } } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  { field: 'Query.teams', query: '{ teams { totalCount edges { node { id name } } } }' },
  ...(['teamMember', 'teamMemberNumber'] as const).map(
    (kind): Attempt => ({
      field: 'Query.teamMember',
      query: 'query ($id: ID!) { teamMember(id: $id) { id email } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Query.teamInvitation',
    query: 'query ($id: ID!) { teamInvitation(id: $id) { id email } }',
    variables: theirs => ({ id: theirs.invitation }),
  },
  {
    field: 'Query.receivedInvitations',
    query: '{ receivedInvitations { totalCount edges { node { id team { id } } } } }',
  },
  {
    field: 'Subscription.bookingEvents',
    query:
      'subscription ($eventTypeId: ID) { bookingEvents(eventTypeId: $eventTypeId, after: "start") { kind } }',
    variables: theirs => ({ eventTypeId: theirs.eventType }),
  },
  {
    field: 'Subscription.deliveryEvents',
    query: 'subscription ($hookId: ID) { deliveryEvents(hookId: $hookId) { id kind } }',
    variables: theirs => ({ hookId: theirs.hook }),
    meanwhile: theirs => ({ query: TEST, variables: { hookId: theirs.hook } }),
  },
  {
    field: 'Mutation.updateProfile',
    query: 'mutation { updateProfile(input: { locale: "en" }) { user { id } } }',
  },
  {
    field: 'Mutation.updateBookingPage',
    query: 'mutation { updateBookingPage(input: { bio: null }) { bookingPage { slug } } }',
  },
  {
    field: 'Mutation.createEventType',
    query:
      'mutation ($scheduleId: ID) { createEventType(input: { name: "Mine", durationMinutes: 15, scheduleId: $scheduleId }) { eventType { id } } }',
    variables: theirs => ({ scheduleId: theirs.schedule }),
  },
  ...(['eventType', 'eventTypeNumber', 'teamEventType'] as const).map(
    (kind): Attempt => ({
      field: 'Mutation.updateEventType',
      query:
        'mutation ($id: ID!) { updateEventType(input: { id: $id, name: "Changed" }) { eventType { id name } } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Mutation.updateEventType',
    query:
      'mutation ($id: ID!, $scheduleId: ID) { updateEventType(input: { id: $id, scheduleId: $scheduleId }) { eventType { id } } }',
    variables: (theirs, mine) => ({ id: mine.eventType, scheduleId: theirs.schedule }),
  },
  {
    field: 'Mutation.createEventType',
    query: `mutation ($teamId: ID) { createEventType(input: {
      name: "Theirs", durationMinutes: 15, teamId: $teamId, scheduling: COLLECTIVE
    }) { eventType { id } } }`,
    variables: theirs => ({ teamId: theirs.team }),
  },
  {
    field: 'Mutation.createSchedule',
    query: 'mutation { createSchedule(input: { name: "Another" }) { schedule { id } } }',
  },
  ...(['schedule', 'scheduleNumber'] as const).map(
    (kind): Attempt => ({
      field: 'Mutation.updateSchedule',
      query:
        'mutation ($id: ID!) { updateSchedule(input: { id: $id, weekly: [] }) { schedule { id } } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Mutation.createRoutingForm',
    query: `mutation ($id: ID) {
      createRoutingForm(input: { name: "Mine", questions: [], fallback: { eventTypeId: $id } }) { form { id } }
    }`,
    variables: theirs => ({ id: theirs.eventType }),
  },
  {
    field: 'Mutation.updateRoutingForm',
    query:
      'mutation ($id: ID!) { updateRoutingForm(input: { id: $id, name: "Changed" }) { form { id name } } }',
    variables: theirs => ({ id: theirs.routingForm }),
  },
  {
    field: 'Mutation.createHook',
    query:
      'mutation { createHook(input: { url: "https://other.example/hook", events: [BOOKING_CREATED] }) { hook { id } } }',
  },
  ...(['team', 'eventType', 'teamEventType'] as const).map(
    (thing): Attempt => ({
      field: 'Mutation.createHook',
      query:
        'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { team { id } eventType { id } } } }',
      variables: theirs => ({
        input: {
          url: 'https://other.example/hook',
          events: ['BOOKING_CREATED'],
          [thing === 'team' ? 'teamId' : 'eventTypeId']: theirs[thing],
        },
      }),
    }),
  ),
  {
    field: 'Mutation.updateHook',
    query:
      'mutation ($id: ID!) { updateHook(input: { id: $id, url: "https://thief.example/hook" }) { hook { id url } } }',
    variables: theirs => ({ id: theirs.hook }),
  },
  {
    field: 'Mutation.rotateHookSecret',
    query: 'mutation ($id: ID!) { rotateHookSecret(input: { id: $id }) { secret } }',
    variables: theirs => ({ id: theirs.hook }),
  },
  ...(['delivery', 'deliveryNumber'] as const).map(
    (kind): Attempt => ({
      field: 'Mutation.replayDelivery',
      query:
        'mutation ($id: ID!) { replayDelivery(input: { id: $id }) { delivery { id status } } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Mutation.replayFailedDeliveries',
    query: `mutation ($hookId: ID!) {
      replayFailedDeliveries(input: { hookId: $hookId, since: "2026-03-01T00:00:00Z" }) { count hook { id } }
    }`,
    variables: theirs => ({ hookId: theirs.hook }),
  },
  { field: 'Mutation.sendTestEvent', query: TEST, variables: theirs => ({ hookId: theirs.hook }) },
  {
    field: 'Mutation.replaceApiKey',
    query: 'mutation { replaceApiKey(input: {}) { apiKey { id } } }',
  },
  {
    field: 'Mutation.createApiKey',
    query: 'mutation { createApiKey(input: { label: "Another" }) { apiKey { id } } }',
  },
  {
    field: 'Mutation.addCalendarFeed',
    query:
      'mutation { addCalendarFeed(input: { urls: ["http://127.0.0.1:1/x.ics"] }) { feed { id } } }',
  },
  {
    field: 'Mutation.removeCalendarFeed',
    query: 'mutation ($id: ID!) { removeCalendarFeed(input: { id: $id }) { feed { id urls } } }',
    variables: theirs => ({ id: theirs.calendarFeed }),
  },
  {
    field: 'Mutation.createPlatformClient',
    query: `mutation { createPlatformClient(input: {
      name: "Another", redirectUris: ["https://a.example"], permissions: [BOOKING_READ]
    }) { client { id: clientId } } }`,
  },
  {
    field: 'Mutation.updatePlatformClient',
    query: `mutation ($id: ID!) {
      updatePlatformClient(input: { clientId: $id, redirectUris: ["https://thief.example"] }) { client { id: clientId secret } }
    }`,
    variables: theirs => ({ id: theirs.platformClient }),
  },
  {
    field: 'Mutation.createManagedAccount',
    query: `mutation ($clientId: ID!) {
      createManagedAccount(input: { clientId: $clientId, email: "bo@example.org", name: "Bo" }) { account { id: userId } }
    }`,
    variables: theirs => ({ clientId: theirs.platformClient }),
  },
  {
    field: 'Mutation.updateManagedAccount',
    query: `mutation ($clientId: ID!, $id: ID!) {
      updateManagedAccount(input: { clientId: $clientId, userId: $id, name: "Changed" }) { account { id: userId } }
    }`,
    variables: theirs => ({ clientId: theirs.platformClient, id: theirs.managedAccount }),
  },
  {
    field: 'Mutation.renewManagedTokens',
    query: `mutation ($clientId: ID!, $userId: ID!) {
      renewManagedTokens(input: { clientId: $clientId, userId: $userId }) { tokens { accessToken } }
    }`,
    variables: theirs => ({ clientId: theirs.platformClient, userId: theirs.managedAccount }),
  },
  {
    field: 'Mutation.createOAuthClient',
    query:
      'mutation { createOAuthClient(input: { name: "Another", redirectUris: ["https://a.example"] }) { client { id } } }',
  },
  {
    field: 'Mutation.updateOAuthClient',
    query:
      'mutation ($id: ID!) { updateOAuthClient(input: { id: $id, redirectUris: ["https://thief.example"] }) { client { id } } }',
    variables: theirs => ({ id: theirs.oauthClient }),
  },
  {
    field: 'Mutation.rotateOAuthClientSecret',
    query: 'mutation ($id: ID!) { rotateOAuthClientSecret(input: { id: $id }) { secret } }',
    variables: theirs => ({ id: theirs.oauthClient }),
  },
  {
    field: 'Mutation.addGuests',
    query:
      'mutation ($id: ID!) { addGuests(input: { id: $id, guests: ["eve@example.org"] }) { booking { id } } }',
    variables: theirs => ({ id: theirs.booking }),
  },
  {
    field: 'Mutation.addInvitee',
    query: `mutation ($id: ID!) {
      addInvitee(input: { id: $id, name: "Eve", email: "eve2@example.org" }) { booking { id } }
    }`,
    variables: theirs => ({ id: theirs.booking }),
  },
  {
    field: 'Mutation.changeBookingLocation',
    query: `mutation ($id: ID!) {
      changeBookingLocation(input: { id: $id, location: { kind: LINK, url: "https://a.example" } }) { booking { id } }
    }`,
    variables: theirs => ({ id: theirs.booking }),
  },
  {
    field: 'Mutation.recordAttendance',
    query:
      'mutation ($id: ID!) { recordAttendance(input: { id: $id, hostAbsent: true }) { booking { id } } }',
    variables: theirs => ({ id: theirs.booking }),
  },
  {
    field: 'Mutation.cancelSeries',
    query: 'mutation ($id: ID) { cancelSeries(input: { id: $id }) { bookings { id status } } }',
    variables: theirs => ({ id: theirs.series }),
  },
  {
    field: 'Mutation.markNoShow',
    query: 'mutation ($id: ID!) { markNoShow(input: { id: $id }) { booking { id } } }',
    variables: theirs => ({ id: theirs.booking }),
  },
  {
    field: 'Mutation.markNoShow',
    query:
      'mutation ($id: ID!, $inviteeId: ID) { markNoShow(input: { id: $id, inviteeId: $inviteeId }) { booking { id } } }',
    variables: (theirs, mine) => ({ id: mine.booking, inviteeId: theirs.invitee }),
  },
  {
    field: 'Mutation.markNoShow',
    query:
      'mutation ($inviteeId: ID) { markNoShow(input: { inviteeId: $inviteeId }) { booking { id } } }',
    variables: theirs => ({ inviteeId: theirs.invitee }),
  },
  {
    field: 'Mutation.approveBooking',
    query: 'mutation ($id: ID!) { approveBooking(input: { id: $id }) { booking { id status } } }',
    variables: theirs => ({ id: theirs.pending }),
  },
  {
    field: 'Mutation.bookForInvitee',
    query: `mutation ($id: ID!) { bookForInvitee(input: {
      eventType: { id: $id }, start: "2026-03-05T11:00:00Z", invitee: { name: "Ann", email: "ann@example.org" }
    }) { booking { id } } }`,
    variables: theirs => ({ id: theirs.eventType }),
  },
  {
    field: 'Mutation.rescheduleBooking',
    query: `mutation ($id: ID) { rescheduleBooking(input: { id: $id, start: "${START}" }) { booking { id } } }`,
    variables: theirs => ({ id: theirs.pending }),
  },
  {
    field: 'Mutation.reassignBooking',
    query: REASSIGN,
    variables: theirs => ({ input: { id: theirs.teamBooking } }),
  },
  {
    field: 'Mutation.denyBooking',
    query: 'mutation ($id: ID!) { denyBooking(input: { id: $id }) { booking { id status } } }',
    variables: theirs => ({ id: theirs.pending }),
  },
  ...(['booking', 'bookingNumber', 'teamBooking'] as const).map(
    (kind): Attempt => ({
      field: 'Mutation.cancelBooking',
      query: 'mutation ($id: ID) { cancelBooking(input: { id: $id }) { booking { id status } } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Mutation.createTeam',
    query: 'mutation { createTeam(input: { name: "Another" }) { team { id } } }',
  },
  ...(['team', 'teamNumber'] as const).map(
    (kind): Attempt => ({
      field: 'Mutation.updateTeam',
      query:
        'mutation ($id: ID!) { updateTeam(input: { id: $id, name: "Changed" }) { team { id name } } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Mutation.addTeamMember',
    query:
      'mutation ($teamId: ID!, $userId: ID!) { addTeamMember(input: { teamId: $teamId, userId: $userId, role: OWNER }) { member { id } } }',
    variables: (theirs, mine) => ({ teamId: theirs.team, userId: mine.newcomer }),
  },
  ...(['teamMember', 'teamMemberNumber'] as const).map(
    (kind): Attempt => ({
      field: 'Mutation.changeTeamMember',
      query:
        'mutation ($id: ID!) { changeTeamMember(input: { id: $id, role: ADMIN }) { member { id role } } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Mutation.removeTeamMember',
    query: 'mutation ($id: ID!) { removeTeamMember(input: { id: $id }) { id: deletedId } }',
    variables: theirs => ({ id: theirs.teamMember }),
  },
  {
    field: 'Mutation.inviteToTeam',
    query:
      'mutation ($teamId: ID!) { inviteToTeam(input: { teamId: $teamId, email: "thief@example.org", role: OWNER }) { invitation { id } } }',
    variables: theirs => ({ teamId: theirs.team }),
  },
  {
    field: 'Mutation.resendInvitation',
    query: 'mutation ($id: ID!) { resendInvitation(input: { id: $id }) { invitation { id } } }',
    variables: theirs => ({ id: theirs.invitation }),
  },
  {
    field: 'Mutation.cancelInvitation',
    query: 'mutation ($id: ID!) { cancelInvitation(input: { id: $id }) { id: deletedId } }',
    variables: theirs => ({ id: theirs.invitation }),
  },
  {
    field: 'Mutation.answerInvitation',
    query: ANSWER,
    variables: theirs => ({ input: { id: theirs.askingInvitation, accept: true } }),
  },
  {
    field: 'Mutation.leaveTeam',
    query: 'mutation ($id: ID!) { leaveTeam(input: { id: $id }) { id: deletedId } }',
    variables: theirs => ({ id: theirs.askingTeam }),
  },
  ...(['eventType', 'teamEventType'] as const).map(
    (kind): Attempt => ({
      field: 'Mutation.createBookingLink',
      query:
        'mutation ($eventTypeId: ID!) { createBookingLink(input: { eventTypeId: $eventTypeId }) { link { token } } }',
      variables: theirs => ({ eventTypeId: theirs[kind] }),
    }),
  ),
  {
    field: 'Mutation.updateBookingLink',
    query:
      'mutation ($id: ID!) { updateBookingLink(input: { id: $id, maxUses: 9 }) { link { token } } }',
    variables: theirs => ({ id: theirs.bookingLink }),
  },
  {
    field: 'Mutation.deleteBookingLink',
    query: 'mutation ($id: ID!) { deleteBookingLink(input: { id: $id }) { link { token } } }',
    variables: theirs => ({ id: theirs.bookingLink }),
  },
  ...(['eventType', 'teamEventType'] as const).map(
    (kind): Attempt => ({
      field: 'Mutation.archiveEventType',
      query: 'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Mutation.deleteSchedule',
    query: 'mutation ($id: ID!) { deleteSchedule(input: { id: $id }) { id: deletedId } }',
    variables: theirs => ({ id: theirs.schedule }),
  },
  {
    field: 'Mutation.deleteHooks',
    query: 'mutation ($id: ID!) { deleteHooks(input: { eventTypeId: $id }) { count } }',
    variables: theirs => ({ id: theirs.eventType }),
  },
  {
    field: 'Mutation.deleteHook',
    query: 'mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }',
    variables: theirs => ({ id: theirs.hook }),
  },
  ...(['apiKey', 'apiKeyNumber'] as const).map(
    (kind): Attempt => ({
      field: 'Mutation.revokeApiKey',
      query: 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id revokedAt } } }',
      variables: theirs => ({ id: theirs[kind] }),
    }),
  ),
  {
    field: 'Mutation.endAuthorization',
    query: 'mutation ($id: ID!) { endAuthorization(input: { id: $id }) { id: deletedId } }',
    variables: theirs => ({ id: theirs.authorization }),
  },
  {
    field: 'Mutation.deleteOAuthClient',
    query: 'mutation ($id: ID!) { deleteOAuthClient(input: { id: $id }) { id: deletedId } }',
    variables: theirs => ({ id: theirs.oauthClient }),
  },
  {
    field: 'Mutation.deleteInviteeData',
    query: `mutation { deleteInviteeData(input: { emails: ["nobody@example.net"] }) { count } }`,
  },
  {
    field: 'Mutation.deletePastBookings',
    query: `mutation {
      deletePastBookings(input: { start: "2020-01-01T00:00:00Z", end: "2020-02-01T00:00:00Z" }) { count }
    }`,
  },
  {
    field: 'Mutation.deleteContact',
    query: 'mutation ($id: ID!) { deleteContact(input: { id: $id }) { id: deletedId } }',
    variables: theirs => ({ id: theirs.contact }),
  },
  {
    field: 'Mutation.deleteManagedAccount',
    query: `mutation ($clientId: ID!, $id: ID!) {
      deleteManagedAccount(input: { clientId: $clientId, userId: $id }) { id: deletedId }
    }`,
    variables: theirs => ({ clientId: theirs.platformClient, id: theirs.managedAccount }),
  },
  {
    field: 'Mutation.deletePlatformClient',
    query:
      'mutation ($id: ID!) { deletePlatformClient(input: { clientId: $id }) { client { id: clientId } } }',
    variables: theirs => ({ id: theirs.platformClient }),
  },
  {
    field: 'Mutation.deleteTeam',
    query: 'mutation ($id: ID!) { deleteTeam(input: { id: $id }) { id: deletedId } }',
    variables: theirs => ({ id: theirs.team }),
  },
]

/** Root fields that anyone may use with what they know, and why no account owns what they reach. */
export const open: Record<string, string> = {
  'Query.viewer': 'takes no id: it is the viewer',
  'Query.bookingPage': 'the page is public',
  'Query.teamPage': 'the page is public',
  'Query.publicEventType': 'its link is public, or known to who was given it',
  'Query.publicRoutingForm': 'a published form is public',
  'Query.slots': 'what the public page offers',
  'Query.commonSlots': 'what booking pages together offer',
  'Query.reservation': 'the id of a reservation is the right to it',
  'Mutation.book': 'visitors book',
  'Mutation.reserveSlot': 'visitors hold a start',
  'Mutation.changeReservation': 'the id of a reservation is the right to it',
  'Mutation.releaseSlot': 'the id of a reservation is the right to it',
  'Mutation.submitRoutingForm': 'visitors answer a published form',
  'Mutation.askAssistant': 'does what visitors can; its session is known to who began it',
  'Query.oauthApp': 'what the consent page shows of an app',
  'Query.platformApp': 'the name of a platform client is public to who knows its id',
  'Mutation.refreshManagedTokens': 'takes the secret of the platform client',
  'Mutation.register': 'makes an account',
  'Mutation.logIn': 'takes the password',
  'Mutation.logOut': 'takes no id: it ends the session that it came with',
  'Subscription.slotsChanged': 'what the public page offers, live',
}

const anHourAfter = (instant: string) => new Date(Date.parse(instant) + 3_600_000).toISOString()

function numberAt(data: unknown, path: string): string {
  const found = at(data, path)
  if (typeof found !== 'number') throw new Error(`${path} is no number in ${JSON.stringify(data)}`)
  return String(found)
}
