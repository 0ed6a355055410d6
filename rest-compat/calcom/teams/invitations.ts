// Invitations to a team, and schedules as its members see them: its contract, 10.2 and 10.3.

import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { exception, saying } from '../errors.ts'
import { Schedule, schedule } from '../schedules/routes.ts'
import { ScheduleParts } from '../schedules/schedule.ts'
import { email, oneOf } from '../values.ts'
import { params, roles } from './routes.ts'

const group = 'Teams'

const invite = saying(
  { ...roles, CONFLICT: [409] },
  route({
    method: 'POST',
    path: '/teams/:teamId/invite',
    name: 'inviteToTeam',
    summary: 'Invites an address to a team, as an admin. There are no links that anybody can use.',
    group,
    scope: 'teams:write',
    request: {
      params,
      body: z.object({
        email: email
          .optional()
          .meta({ description: 'Required: the account with this address can accept.' }),
        role: oneOf(['MEMBER', 'ADMIN', 'OWNER']).optional(),
      }),
    },
    response: enveloped(
      z.object({
        token: z.string().meta({ description: 'Id of the invitation. It gives no access.' }),
        inviteLink: z.string().meta({ description: 'Where the invited account logs in.' }),
      }),
    ),
    document: graphql(
      'mutation CalcomInviteToTeam($input: InviteToTeamInput!) { inviteToTeam(input: $input) { invitation { id } } }',
    ),
    variables({ params, body: { email, role } }) {
      if (email === undefined) {
        throw exception(
          400,
          'email is required: invitations are sent to an address, and there are no invitation links.',
        )
      }
      return { input: { teamId: params.teamId, email, role } }
    },
    reply: ({ inviteToTeam }, { arrival }) =>
      success({ token: inviteToTeam.invitation.id, inviteLink: arrival.publicUrl }),
  }),
)

const schedules = route({
  method: 'GET',
  path: '/teams/:teamId/schedules',
  name: 'listTeamSchedules',
  summary: 'Schedules of the caller, who is in the team. Those of other members are their own.',
  group,
  scope: 'availability:read',
  request: { params },
  response: enveloped(z.array(Schedule)),
  document: graphql(
    `query CalcomListTeamSchedules($id: ID!) {
      team(id: $id) { databaseId }
      viewer { databaseId }
      schedules { ...CalcomSchedule }
    }`,
    [ScheduleParts],
  ),
  variables: ({ params }) => ({ id: params.teamId }),
  reply({ team, viewer, schedules }) {
    found(team, 'team')
    const { databaseId } = found(viewer, 'account')
    return success(schedules.map(each => schedule(each, databaseId)))
  },
})

export const teamExtras = [invite, schedules]
