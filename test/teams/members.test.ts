import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atOnce, tally } from '../helpers/bookings.ts'
import { sql } from '../helpers/postgres.ts'
import {
  ADD_MEMBER,
  ANSWER,
  answerTo,
  CANCEL_INVITATION,
  CHANGE_MEMBER,
  DELETE_TEAM,
  type GivenTeam,
  givenMember,
  givenTeam,
  givenTeamEventType,
  INVITE,
  invite,
  LEAVE_TEAM,
  REMOVE_MEMBER,
  RESEND,
  UPDATE_TEAM,
} from '../helpers/teams.ts'
import {
  at,
  type Client,
  clientOf,
  type GivenHost,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let owner: GivenHost
let admin: GivenHost
let member: GivenHost
let outsider: GivenHost
beforeAll(async () => {
  world = await givenWorld()
  owner = await givenHost(world)
  admin = await givenHost(world)
  member = await givenHost(world)
  outsider = await givenHost(world)
})
afterAll(() => world.end())

/** A team with an owner, an admin and a member, and the ids of their places in it. */
async function givenPeople(): Promise<
  GivenTeam & { owner: string; admin: string; member: string }
> {
  const team = await givenTeam(owner)
  const own = await owner.run('query ($id: ID!) { team(id: $id) { membership { id } } }', {
    id: team.id,
  })
  return {
    ...team,
    owner: textAt(own, 'team.membership.id'),
    admin: await givenMember(owner, team, admin, 'ADMIN'),
    member: await givenMember(owner, team, member),
  }
}

async function rolesIn(team: GivenTeam, viewer: Client = owner): Promise<string[]> {
  const data = await viewer.run(
    'query ($id: ID!) { team(id: $id) { members { edges { node { role } } } } }',
    {
      id: team.id,
    },
  )
  return listAt(data, 'team.members.edges').map(edge => textAt(edge, 'node.role'))
}

describe('who may what', () => {
  const roles = ['outsider', 'member', 'admin', 'owner'] as const
  const people = () => ({ owner, admin, member, outsider })

  interface Act {
    query: string
    input: (team: Awaited<ReturnType<typeof givenPeople>>) => Promise<Record<string, unknown>>
    /** Codes for those who may not; the others succeed. */
    refused: Partial<Record<(typeof roles)[number], string>>
  }
  const ownersOnly = { admin: 'FORBIDDEN', member: 'FORBIDDEN', outsider: 'NOT_FOUND' }
  const adminsToo = { member: 'FORBIDDEN', outsider: 'NOT_FOUND' }
  const newcomer = async () => (await givenHost(world)).id

  const acts: Record<string, Act> = {
    'change a team': {
      query: UPDATE_TEAM,
      input: async ({ id }) => ({ input: { id, name: 'Changed' } }),
      refused: ownersOnly,
    },
    'delete a team': { query: DELETE_TEAM, input: async ({ id }) => ({ id }), refused: ownersOnly },
    'invite a member': {
      query: INVITE,
      input: async ({ id }) => ({ input: { teamId: id, email: 'new@example.org' } }),
      refused: adminsToo,
    },
    'invite an owner': {
      query: INVITE,
      input: async ({ id }) => ({ input: { teamId: id, email: 'new@example.org', role: 'OWNER' } }),
      refused: ownersOnly,
    },
    'add a member': {
      query: ADD_MEMBER,
      input: async ({ id }) => ({ input: { teamId: id, userId: await newcomer(), role: 'ADMIN' } }),
      refused: adminsToo,
    },
    'add an owner': {
      query: ADD_MEMBER,
      input: async ({ id }) => ({ input: { teamId: id, userId: await newcomer(), role: 'OWNER' } }),
      refused: ownersOnly,
    },
    'make a member an admin': {
      query: CHANGE_MEMBER,
      input: async ({ member }) => ({ input: { id: member, role: 'ADMIN' } }),
      refused: adminsToo,
    },
    'make a member an owner': {
      query: CHANGE_MEMBER,
      input: async ({ member }) => ({ input: { id: member, role: 'OWNER' } }),
      refused: ownersOnly,
    },
    'remove a member': {
      query: REMOVE_MEMBER,
      input: async ({ member }) => ({ id: member }),
      refused: adminsToo,
    },
    'resend an invitation': {
      query: RESEND,
      input: async team => ({ id: await invite(owner, team, 'asked@example.org') }),
      refused: { member: 'NOT_FOUND', outsider: 'NOT_FOUND' },
    },
    'take an invitation back': {
      query: CANCEL_INVITATION,
      input: async team => ({ id: await invite(owner, team, 'asked@example.org') }),
      refused: { member: 'NOT_FOUND', outsider: 'NOT_FOUND' },
    },
  }

  it.each(Object.entries(acts))('%s', async (_name, { query, input, refused }) => {
    let team = await givenPeople()
    let variables = await input(team)
    for (const role of roles) {
      const who = people()[role]
      const code = (await who.answer(query, variables)).errors?.[0]?.extensions?.code
      expect([role, code]).toEqual([role, refused[role]])
      if (code !== undefined) continue
      team = await givenPeople()
      variables = await input(team)
    }
  })

  it('only an owner lowers or removes an owner', async () => {
    const team = await givenPeople()
    expect(await admin.codeOf(CHANGE_MEMBER, { input: { id: team.owner, role: 'MEMBER' } })).toBe(
      'FORBIDDEN',
    )
    expect(await admin.codeOf(REMOVE_MEMBER, { id: team.owner })).toBe('FORBIDDEN')
    await owner.run(CHANGE_MEMBER, { input: { id: team.admin, role: 'OWNER' } })
    await admin.run(CHANGE_MEMBER, { input: { id: team.owner, role: 'MEMBER' } })
    expect(await rolesIn(team, admin)).toEqual(['MEMBER', 'OWNER', 'MEMBER'])
  })

  it('a member sees the others with their addresses, and no invitations', async () => {
    const team = await givenPeople()
    await invite(owner, team, 'asked@example.org')
    const seen = await member.run(
      'query ($id: ID!) { team(id: $id) { members { edges { node { email } } } invitations { totalCount } } }',
      { id: team.id },
    )
    expect(listAt(seen, 'team.members.edges').map(edge => textAt(edge, 'node.email'))).toEqual(
      [owner, admin, member].map(({ email }) => email),
    )
    expect(at(seen, 'team.invitations')).toBeNull()
  })
})

describe('a team always has an owner', () => {
  it('the last one cannot leave, be lowered or be removed', async () => {
    const team = await givenPeople()
    expect(await owner.codeOf(LEAVE_TEAM, { id: team.id })).toBe('CONFLICT')
    expect(await owner.codeOf(CHANGE_MEMBER, { input: { id: team.owner, role: 'ADMIN' } })).toBe(
      'CONFLICT',
    )
    expect(await owner.codeOf(REMOVE_MEMBER, { id: team.owner })).toBe('CONFLICT')
    expect(await rolesIn(team)).toEqual(['OWNER', 'ADMIN', 'MEMBER'])
  })

  it('one who has not accepted does not count', async () => {
    const team = await givenTeam(owner)
    await owner.run(ADD_MEMBER, { input: { teamId: team.id, userId: admin.id, role: 'OWNER' } })
    expect(await owner.codeOf(LEAVE_TEAM, { id: team.id })).toBe('CONFLICT')
    await admin.run(ANSWER, await answerTo(admin, team, true))
    await owner.run(LEAVE_TEAM, { id: team.id })
    expect(await rolesIn(team, admin)).toEqual(['OWNER'])
  })

  it('even when all of them leave at once', async () => {
    const team = await givenTeam(owner)
    const owners = [owner, admin, member, outsider]
    for (const host of owners.slice(1)) await givenMember(owner, team, host, 'OWNER')
    const answers = await atOnce(
      owners.length,
      index => owners[index]?.answer(LEAVE_TEAM, { id: team.id }) ?? never(),
    )
    expect(tally(answers)).toEqual({ ok: 3, CONFLICT: 1 })
    const left = await sql(
      world.databaseUrl,
      `select count(*)::int as "count" from "TeamMember" m join "Team" t on t."id" = m."teamId" where t."uid" = $1`,
      [team.id],
    )
    expect(left).toEqual([{ count: 1 }])
  })
})

const never = (): never => {
  throw new Error('there is nobody')
}

describe('an account that was added', () => {
  it('shows nothing of itself until it accepts', async () => {
    const team = await givenTeam(owner)
    const profile = { name: 'Hidden Person', timeZone: 'Pacific/Chatham' }
    const host = await givenHost(world, profile)
    const whole = `id databaseId userId userDatabaseId role acceptedAt email
      user { id: userId databaseId name email avatarUrl timeZone locale weekStart bookingPage { slug displayName bio url } }`
    const added = await owner.run(
      `mutation ($input: AddTeamMemberInput!) { addTeamMember(input: $input) { member { ${whole} } } }`,
      { input: { teamId: team.id, userId: host.id } },
    )
    const id = textAt(added, 'addTeamMember.member.id')
    const changed = await owner.run(
      `mutation ($input: ChangeTeamMemberInput!) { changeTeamMember(input: $input) { member { ${whole} } } }`,
      { input: { id, role: 'ADMIN' } },
    )
    const see = (viewer: GivenHost) =>
      viewer.run(`query ($id: ID!) { teamMember(id: $id) { ${whole} } }`, { id })
    const one = await see(owner)
    const listed = await owner.run(
      `query ($id: ID!) { team(id: $id) { members(last: 1) { edges { node { ${whole} } } } } }`,
      { id: team.id },
    )
    const hidden = { acceptedAt: null, userId: host.id, user: null, email: null }
    expect(at(added, 'addTeamMember.member')).toMatchObject(hidden)
    expect(at(changed, 'changeTeamMember.member')).toMatchObject(hidden)
    expect(at(one, 'teamMember')).toMatchObject(hidden)
    expect(at(listed, 'team.members.edges.0.node')).toMatchObject(hidden)
    const shown = { userId: host.id, email: host.email, user: { id: host.id, ...profile } }
    expect(at(await see(host), 'teamMember')).toMatchObject(shown)
    await host.run(ANSWER, await answerTo(host, team))
    expect(at(await see(owner), 'teamMember')).toMatchObject({
      ...shown,
      user: { ...profile, email: null },
    })
  })

  it('is not in the team until it accepts', async () => {
    const team = await givenTeam(owner)
    const host = await givenHost(world)
    const added = await owner.run(ADD_MEMBER, {
      input: { teamId: team.id, userId: host.id, role: 'ADMIN' },
    })
    expect(at(added, 'addTeamMember.member')).toMatchObject({
      role: 'ADMIN',
      acceptedAt: null,
      email: null,
    })
    const SEE = 'query ($id: ID!) { team(id: $id) { id } }'
    expect(at(await host.run(SEE, { id: team.id }), 'team')).toBeNull()
    expect(await host.codeOf(INVITE, { input: { teamId: team.id, email: 'x@example.org' } })).toBe(
      'NOT_FOUND',
    )
    const waiting =
      '{ teams(filter: { accepted: false }) { edges { node { id name members { totalCount } } } } }'
    expect(at(await host.run(waiting), 'teams.edges')).toEqual([
      { node: { id: team.id, name: 'Support', members: null } },
    ])
    const accepted = await host.run(ANSWER, await answerTo(host, team, true))
    expect(at(accepted, 'answerInvitation.member')).toMatchObject({
      role: 'ADMIN',
      user: { id: host.id },
    })
    expect(textAt(await host.run(SEE, { id: team.id }), 'team.id')).toBe(team.id)
  })

  it('is out again when it declines', async () => {
    const team = await givenTeam(owner)
    const host = await givenHost(world)
    await owner.run(ADD_MEMBER, { input: { teamId: team.id, userId: host.id } })
    const declined = await host.run(ANSWER, await answerTo(host, team, false))
    expect(at(declined, 'answerInvitation.member')).toBeNull()
    expect(await rolesIn(team)).toEqual(['OWNER'])
    expect(await host.codeOf(ANSWER, await answerTo(host, team, true))).toBe('NOT_FOUND')
  })

  it('cannot be added twice, nor one that is not there', async () => {
    const team = await givenPeople()
    const add = (userId: string) => owner.codeOf(ADD_MEMBER, { input: { teamId: team.id, userId } })
    expect(await add(member.id)).toBe('CONFLICT')
    expect(await add('usr_0000000000000000000000')).toBe('NOT_FOUND')
    expect(await add('1999999999')).toBe('NOT_FOUND')
  })

  it('is named by its integer id only by those who share a team or a platform client with it', async () => {
    const team = await givenTeam(owner)
    const numberOf = async (host: GivenHost) =>
      String(at(await host.run('{ viewer { databaseId } }'), 'viewer.databaseId'))
    const stranger = await givenHost(world, { name: 'Nobody they know' })
    const add = (userId: string) => owner.answer(ADD_MEMBER, { input: { teamId: team.id, userId } })
    const [missing, found] = [await add('1999999999'), await add(await numberOf(stranger))]
    expect(found).toEqual(missing)

    const colleague = await givenHost(world)
    await givenMember(owner, await givenTeam(owner), colleague)
    expect(await add(await numberOf(colleague))).toMatchObject({
      data: { addTeamMember: { member: { email: null } } },
    })

    const platform = await owner.run(
      'mutation { createPlatformClient(input: { name: "P", redirectUris: ["https://a.example"], permissions: [BOOKING_READ] }) { client { id: clientId } } }',
    )
    const made = await owner.run(
      `mutation ($clientId: ID!) {
        createManagedAccount(input: { clientId: $clientId, email: "ada@example.org", name: "Ada" }) { account { databaseId } }
      }`,
      { clientId: textAt(platform, 'createPlatformClient.client.id') },
    )
    const managed = String(at(made, 'createManagedAccount.account.databaseId'))
    expect(await add(managed)).toMatchObject({
      data: { addTeamMember: { member: { acceptedAt: null } } },
    })
  })

  it('shows its address in event types only to credentials that may read teams', async () => {
    const team = await givenTeam(owner)
    const colleague = await givenHost(world)
    await givenMember(owner, team, colleague)
    const eventType = await givenTeamEventType(owner, team, 'ROUND_ROBIN', [{ id: colleague.id }])
    const seenWith = async (...scopes: string[]) => {
      const made = await owner.run(
        'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
        {
          input: { label: 'Key', scopes },
        },
      )
      const client = clientOf(world.url, { 'x-api-key': textAt(made, 'createApiKey.secret') })
      const query =
        'query ($id: ID) { publicEventType(ref: { id: $id }) { hosts { email user { email } } } }'
      return at(await client.run(query, { id: eventType }), 'publicEventType.hosts.0')
    }
    expect(await seenWith('bookings:read', 'event_types:read')).toEqual({
      email: null,
      user: { email: null },
    })
    expect(await seenWith('teams:read')).toEqual({ email: colleague.email, user: { email: null } })
  })
})

describe('the list of members', () => {
  it('filters by role, address, account and acceptance, and pages', async () => {
    const team = await givenPeople()
    const waiting = await givenHost(world)
    await owner.run(ADD_MEMBER, { input: { teamId: team.id, userId: waiting.id } })
    const LIST = `query ($id: ID!, $filter: TeamMemberFilter, $first: Int, $after: String) { team(id: $id) {
      members(filter: $filter, first: $first, after: $after) { edges { node { userId } } pageInfo { endCursor } }
    } }`
    const list = async (variables: Record<string, unknown>) => {
      const data = await member.run(LIST, { id: team.id, ...variables })
      return {
        data,
        ids: listAt(data, 'team.members.edges').map(edge => textAt(edge, 'node.userId')),
      }
    }
    const all = [owner, admin, member, waiting].map(({ id }) => id)
    expect((await list({})).ids).toEqual(all)
    expect((await list({ filter: { roles: ['ADMIN', 'OWNER'] } })).ids).toEqual([
      owner.id,
      admin.id,
    ])
    expect((await list({ filter: { emails: [admin.email.toUpperCase()] } })).ids).toEqual([
      admin.id,
    ])
    expect((await list({ filter: { emails: [waiting.email] } })).ids).toEqual([])
    expect((await list({ filter: { userId: member.id } })).ids).toEqual([member.id])
    expect((await list({ filter: { accepted: false } })).ids).toEqual([waiting.id])
    const first = await list({ first: 3 })
    const after = textAt(first.data, 'team.members.pageInfo.endCursor')
    expect([...first.ids, ...(await list({ first: 3, after })).ids]).toEqual(all)
  })
})
