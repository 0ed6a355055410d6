import { z } from 'zod'
// What tests of teams ask over HTTP.
import { type Client, type Data, type GivenHost, listAt, textAt } from './world.ts'

/** A team as its members see it. */
export interface GivenTeam {
  id: string
  slug: string
}

export const CREATE_TEAM = `mutation ($input: CreateTeamInput!) {
  createTeam(input: $input) { team { id name bookingPage { slug } } }
}`
export const UPDATE_TEAM = `mutation ($input: UpdateTeamInput!) {
  updateTeam(input: $input) { team { id name logoUrl timeZone weekStart bookingPage { slug displayName bio } } }
}`
export const DELETE_TEAM =
  'mutation ($id: ID!) { deleteTeam(input: { id: $id }) { id: deletedId } }'
export const ADD_MEMBER = `mutation ($input: AddTeamMemberInput!) {
  addTeamMember(input: $input) { member { id role acceptedAt email user { id: userId name } } }
}`
export const CHANGE_MEMBER = `mutation ($input: ChangeTeamMemberInput!) {
  changeTeamMember(input: $input) { member { id role } }
}`
export const REMOVE_MEMBER =
  'mutation ($id: ID!) { removeTeamMember(input: { id: $id }) { id: deletedId } }'
export const LEAVE_TEAM = 'mutation ($id: ID!) { leaveTeam(input: { id: $id }) { id: deletedId } }'
export const INVITE = `mutation ($input: InviteToTeamInput!) {
  inviteToTeam(input: $input) { invitation { id email role status lastSentAt expiresAt invitedBy { id: userId } user { id: userId } } }
}`
export const RESEND =
  'mutation ($id: ID!) { resendInvitation(input: { id: $id }) { invitation { id status lastSentAt expiresAt } } }'
export const CANCEL_INVITATION =
  'mutation ($id: ID!) { cancelInvitation(input: { id: $id }) { id: deletedId } }'
export const ANSWER = `mutation ($input: AnswerInvitationInput!) {
  answerInvitation(input: $input) { team { id name } member { id role acceptedAt user { id: userId } } }
}`

/**
 * What a host sends to answer the team that waits for them; the id of the team, which nothing waits
 * by, when none does.
 */
export async function answerTo(host: Client, team: { id: string }, accept = true) {
  const waiting = Waiting.parse(
    await host.run(`{ receivedInvitations { nodes { id team { id } } }
      teams(filter: { accepted: false }) { nodes { id membership { id } } } }`),
  )
  const invitation = waiting.receivedInvitations.nodes.find(node => node.team.id === team.id)
  const membership = waiting.teams.nodes.find(node => node.id === team.id)?.membership
  return { input: { id: membership?.id ?? invitation?.id ?? team.id, accept } }
}

const Waiting = z.object({
  receivedInvitations: z.object({
    nodes: z.array(z.object({ id: z.string(), team: z.object({ id: z.string() }) })),
  }),
  teams: z.object({
    nodes: z.array(z.object({ id: z.string(), membership: z.object({ id: z.string() }) })),
  }),
})

/** Makes a team, whose owner the host is. */
export async function givenTeam(owner: Client, input: Data = {}): Promise<GivenTeam> {
  const data = await owner.run(CREATE_TEAM, { input: { name: 'Support', ...input } })
  return {
    id: textAt(data, 'createTeam.team.id'),
    slug: textAt(data, 'createTeam.team.bookingPage.slug'),
  }
}

/** Asks a host into a team by their address; answers the id of the invitation. */
export async function invite(
  admin: Client,
  team: GivenTeam,
  email: string,
  role?: string,
): Promise<string> {
  const data = await admin.run(INVITE, { input: { teamId: team.id, email, role } })
  return textAt(data, 'inviteToTeam.invitation.id')
}

/** Puts a host into a team, who accepts; answers the id of the member. */
export async function givenMember(
  admin: Client,
  team: GivenTeam,
  host: GivenHost,
  role = 'MEMBER',
): Promise<string> {
  const id = await invite(admin, team, host.email, role)
  const data = await host.run(ANSWER, { input: { id, accept: true } })
  return textAt(data, 'answerInvitation.member.id')
}

export const REASSIGN = `mutation ($input: ReassignBookingInput!) {
  reassignBooking(input: $input) { booking { id status hosts { id: userId } } }
}`

/** A team whose owner and members are these hosts, who have all accepted. */
export async function givenTeamOf(owner: GivenHost, ...members: GivenHost[]): Promise<GivenTeam> {
  const team = await givenTeam(owner)
  for (const member of members) await givenMember(owner, team, member)
  return team
}

interface WantedHost {
  id: string
  isFixed?: boolean
  priority?: number
  weight?: number
  scheduleId?: string
}

/**
 * An event type of a team: 30 minutes, without notice, unless the test says otherwise. Answers its
 * id.
 */
export async function givenTeamEventType(
  admin: Client,
  team: GivenTeam,
  scheduling: 'COLLECTIVE' | 'ROUND_ROBIN',
  hosts: WantedHost[],
  input: Data = {},
): Promise<string> {
  const data = await admin.run(
    'mutation ($input: CreateEventTypeInput!) { createEventType(input: $input) { eventType { id } } }',
    {
      input: {
        name: 'Together',
        durationMinutes: 30,
        minimumNoticeMinutes: 0,
        teamId: team.id,
        scheduling,
        hosts: hosts.map(({ id, isFixed, priority, weight, scheduleId }) => ({
          userId: id,
          isFixed,
          priority,
          weight,
          scheduleId,
        })),
        ...input,
      },
    },
  )
  return textAt(data, 'createEventType.eventType.id')
}

/** Who attends a booking, by the ids of the accounts, the host first. */
export async function hostsOf(viewer: Client, bookingId: string): Promise<string[]> {
  const data = await viewer.run('query ($id: ID) { booking(id: $id) { hosts { id: userId } } }', {
    id: bookingId,
  })
  return listAt(data, 'booking.hosts').map(host => textAt(host, 'id'))
}
