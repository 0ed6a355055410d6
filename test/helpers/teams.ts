// What tests of teams ask over HTTP.
import { type Client, type Data, type GivenHost, textAt } from './world.ts'

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
export const DELETE_TEAM = 'mutation ($id: ID!) { deleteTeam(id: $id) { id } }'
export const ADD_MEMBER = `mutation ($input: AddTeamMemberInput!) {
  addTeamMember(input: $input) { member { id role acceptedAt email user { id name } } }
}`
export const CHANGE_MEMBER = `mutation ($input: ChangeTeamMemberInput!) {
  changeTeamMember(input: $input) { member { id role } }
}`
export const REMOVE_MEMBER = 'mutation ($id: ID!) { removeTeamMember(id: $id) { id } }'
export const LEAVE_TEAM = 'mutation ($id: ID!) { leaveTeam(id: $id) { id } }'
export const INVITE = `mutation ($input: InviteToTeamInput!) {
  inviteToTeam(input: $input) { invitation { id email role status lastSentAt expiresAt invitedBy { id } user { id } } }
}`
export const RESEND =
  'mutation ($id: ID!) { resendInvitation(id: $id) { invitation { id status lastSentAt expiresAt } } }'
export const CANCEL_INVITATION = 'mutation ($id: ID!) { cancelInvitation(id: $id) { id } }'
export const ANSWER = `mutation ($input: AnswerInvitationInput!) {
  answerInvitation(input: $input) { team { id name } member { id role acceptedAt user { id } } }
}`

/** Makes a team, whose owner the host is. */
export async function givenTeam(owner: Client, input: Data = {}): Promise<GivenTeam> {
  const data = await owner.run(CREATE_TEAM, { input: { name: 'Support', ...input } })
  return {
    id: textAt(data, 'createTeam.team.id'),
    slug: textAt(data, 'createTeam.team.bookingPage.slug'),
  }
}

/** Asks a host into a team by their address; answers the id of the invitation. */
export async function invite(admin: Client, team: GivenTeam, email: string, role?: string): Promise<string> {
  const data = await admin.run(INVITE, { input: { teamId: team.id, email, role } })
  return textAt(data, 'inviteToTeam.invitation.id')
}

/** Puts a host into a team, who accepts; answers the id of the member. */
export async function givenMember(admin: Client, team: GivenTeam, host: GivenHost, role = 'MEMBER'): Promise<string> {
  await invite(admin, team, host.email, role)
  const data = await host.run(ANSWER, { input: { teamId: team.id, accept: true } })
  return textAt(data, 'answerInvitation.member.id')
}
