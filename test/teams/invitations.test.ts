import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { atOnce, tally } from '../helpers/bookings.ts'
import { sql } from '../helpers/postgres.ts'
import {
  ADD_MEMBER,
  ANSWER,
  answerTo,
  CANCEL_INVITATION,
  type GivenTeam,
  givenTeam,
  INVITE,
  invite,
  RESEND,
} from '../helpers/teams.ts'
import {
  at,
  type GivenHost,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let owner: GivenHost
let team: GivenTeam
beforeAll(async () => {
  world = await givenWorld()
  owner = await givenHost(world)
})
beforeEach(async () => {
  world.clock.set('2026-03-02T08:00:00Z')
  team = await givenTeam(owner)
})
afterAll(() => world.end())

const RECEIVED =
  '{ receivedInvitations { totalCount edges { node { id team { id name } role invitedBy { id: userId } } } } }'
const FOUND =
  'query ($id: ID!) { teamInvitation(id: $id) { status user { id: userId } lastSentAt expiresAt } }'

describe('an invitation', () => {
  it('waits for two weeks, and says who asked', async () => {
    const data = await owner.run(INVITE, {
      input: { teamId: team.id, email: 'Someone@Example.org', role: 'ADMIN' },
    })
    expect(at(data, 'inviteToTeam.invitation')).toEqual({
      id: expect.stringMatching(/^tmi_/),
      email: 'someone@example.org',
      role: 'ADMIN',
      status: 'PENDING',
      lastSentAt: '2026-03-02T08:00:00.000Z',
      expiresAt: '2026-03-16T08:00:00.000Z',
      invitedBy: { id: owner.id },
      user: null,
    })
  })

  it('is found by the account of its address and accepted by it: then it is a member with that role', async () => {
    const host = await givenHost(world)
    const id = await invite(owner, team, host.email, 'ADMIN')
    expect(at(await host.run(RECEIVED), 'receivedInvitations')).toEqual({
      totalCount: 1,
      edges: [
        {
          node: {
            id,
            team: { id: team.id, name: 'Support' },
            role: 'ADMIN',
            invitedBy: { id: owner.id },
          },
        },
      ],
    })
    const accepted = await host.run(ANSWER, await answerTo(host, team))
    expect(at(accepted, 'answerInvitation.member')).toMatchObject({
      role: 'ADMIN',
      user: { id: host.id },
    })
    expect(at(await owner.run(FOUND, { id }), 'teamInvitation')).toMatchObject({
      status: 'ACCEPTED',
      user: { id: host.id },
    })
    expect(at(await host.run(RECEIVED), 'receivedInvitations.totalCount')).toBe(0)
  })

  it('waits for an address without an account until somebody registers with it', async () => {
    await invite(owner, team, 'not.yet@example.org')
    const host = await givenHost(world, { email: 'not.yet@example.org' })
    await host.run(ANSWER, await answerTo(host, team))
    expect(at(await host.run('{ teams { totalCount } }'), 'teams.totalCount')).toBe(1)
  })

  it('answers no other account', async () => {
    const [host, other] = [await givenHost(world), await givenHost(world)]
    const id = await invite(owner, team, host.email)
    expect(await other.codeOf(ANSWER, { input: { id, accept: true } })).toBe('NOT_FOUND')
    expect(at(await other.run(FOUND, { id }), 'teamInvitation')).toBeNull()
    expect(at(await host.run(FOUND, { id }), 'teamInvitation.status')).toBe('PENDING')
  })

  it('can be declined, and the address asked again', async () => {
    const host = await givenHost(world)
    const id = await invite(owner, team, host.email)
    await host.run(ANSWER, await answerTo(host, team, false))
    expect(at(await owner.run(FOUND, { id }), 'teamInvitation.status')).toBe('DECLINED')
    expect(await host.codeOf(ANSWER, { input: { id, accept: true } })).toBe('NOT_FOUND')
    expect(await owner.codeOf(RESEND, { id })).toBe('CONFLICT')
    expect(await invite(owner, team, host.email)).not.toBe(id)
    await host.run(ANSWER, await answerTo(host, team))
  })

  it('takes no answer when it has expired, until it is made anew', async () => {
    const host = await givenHost(world)
    const id = await invite(owner, team, host.email)
    world.clock.set('2026-03-16T08:00:00Z')
    expect(await host.codeOf(ANSWER, { input: { id, accept: true } })).toBe('CONFLICT')
    expect(at(await host.run(RECEIVED), 'receivedInvitations.totalCount')).toBe(0)
    const again = await owner.run(RESEND, { id })
    expect(at(again, 'resendInvitation.invitation')).toEqual({
      id,
      status: 'PENDING',
      lastSentAt: '2026-03-16T08:00:00.000Z',
      expiresAt: '2026-03-30T08:00:00.000Z',
    })
    await host.run(ANSWER, await answerTo(host, team))
  })

  it('is made anew by inviting again when it has expired', async () => {
    const id = await invite(owner, team, 'late@example.org')
    world.clock.set('2026-03-20T08:00:00Z')
    expect(await invite(owner, team, 'late@example.org', 'ADMIN')).toBe(id)
  })

  it('is made once for an address, and not for a member', async () => {
    await invite(owner, team, 'once@example.org')
    expect(
      await owner.codeOf(INVITE, { input: { teamId: team.id, email: 'ONCE@example.org' } }),
    ).toBe('CONFLICT')
    expect(await owner.codeOf(INVITE, { input: { teamId: team.id, email: owner.email } })).toBe(
      'CONFLICT',
    )
    const input = { teamId: team.id, email: 'crowd@example.org' }
    expect(tally(await atOnce(5, () => owner.answer(INVITE, { input })))).toEqual({
      ok: 1,
      CONFLICT: 4,
    })
  })

  it('does not tell whose address an account has that was added and has not accepted', async () => {
    const host = await givenHost(world)
    await owner.run(ADD_MEMBER, { input: { teamId: team.id, userId: host.id, role: 'ADMIN' } })
    const id = await invite(owner, team, host.email)
    const accepted = await host.run(ANSWER, await answerTo(host, team))
    expect(at(accepted, 'answerInvitation.member.role')).toBe('ADMIN')
    expect(at(await owner.run(FOUND, { id }), 'teamInvitation.status')).toBe('ACCEPTED')
  })

  it('can be taken back while it is pending', async () => {
    const host = await givenHost(world)
    const id = await invite(owner, team, host.email)
    await owner.run(CANCEL_INVITATION, { id })
    expect(await host.codeOf(ANSWER, await answerTo(host, team))).toBe('NOT_FOUND')
    const other = await invite(owner, team, host.email)
    await host.run(ANSWER, await answerTo(host, team))
    expect(await owner.codeOf(CANCEL_INVITATION, { id: other })).toBe('CONFLICT')
  })

  it('is accepted once, however often at once', async () => {
    const host = await givenHost(world)
    await invite(owner, team, host.email)
    const answer = await answerTo(host, team)
    expect(tally(await atOnce(5, () => host.answer(ANSWER, answer)))).toEqual({
      ok: 1,
      NOT_FOUND: 4,
    })
  })

  it('is refused past two hundred that wait', async () => {
    await sql(
      world.databaseUrl,
      `insert into "TeamInvitation" ("uid", "teamId", "email", "role", "lastSentAt", "expiresAt", "createdAt", "updatedAt")
       select 'tmi_' || $1 || n, t."id", 'many' || n || '@example.org', 'MEMBER', now(), now(), now(), now()
       from generate_series(1, 200) n, "Team" t where t."uid" = $1`,
      [team.id],
    )
    const [error] = await owner.refused(INVITE, {
      input: { teamId: team.id, email: 'more@example.org' },
    })
    expect(error?.extensions).toMatchObject({ code: 'LIMIT_REACHED', limit: 200 })
  })
})

describe('the list of invitations', () => {
  it('filters by state and address, and runs either way', async () => {
    const host = await givenHost(world)
    const ids = [await invite(owner, team, 'a@example.org'), await invite(owner, team, host.email)]
    await host.run(ANSWER, await answerTo(host, team, false))
    const LIST = `query ($id: ID!, $filter: TeamInvitationFilter, $newestFirst: Boolean) { team(id: $id) {
      invitations(filter: $filter, newestFirst: $newestFirst) { totalCount edges { node { id } } }
    } }`
    const list = async (variables: Record<string, unknown>) => {
      const data = await owner.run(LIST, { id: team.id, ...variables })
      return listAt(data, 'team.invitations.edges').map(edge => textAt(edge, 'node.id'))
    }
    expect(await list({})).toEqual(ids)
    expect(await list({ newestFirst: true })).toEqual(ids.toReversed())
    expect(await list({ filter: { statuses: ['DECLINED', 'ACCEPTED'] } })).toEqual([ids[1]])
    expect(await list({ filter: { email: 'A@example.org' } })).toEqual([ids[0]])
  })
})
