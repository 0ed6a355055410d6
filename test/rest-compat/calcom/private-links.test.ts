// Cal.com v2: links by which an event type can be booked some times, or until a date.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { BOOK, givenHost, givenWorld, MONDAY, textAt, type World } from '../../helpers/world.ts'
import { type Calcom, givenCalcom, invalid, refused, success } from './calcom.ts'
import { made } from './event-types.ts'

let world: World
let api: Calcom
let id: number
let links: string

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  const host = await givenHost(world)
  api = await givenCalcom(world, host, { version: '2024-06-14' })
  id = (await made(api, { lengthInMinutes: 30, title: 'Intro', slug: 'intro', hidden: true })).id
  links = `/event-types/${id}/private-links`
})

const book = (link: string) =>
  world.visitor.run(BOOK, {
    input: {
      eventType: { link },
      start: '2026-03-03T10:00:00Z',
      invitee: { name: 'Ann', email: 'ann@example.org' },
    },
  })
const linkIn = (answer: { body: unknown }) => textAt(answer.body, 'data.linkId')

it('books once unless told, and says so', async () => {
  const answer = await api.post(links, {})
  const linkId = linkIn(answer)
  const told = {
    linkId,
    eventTypeId: id,
    isExpired: false,
    bookingUrl: `${world.url}/d/${linkId}/intro`,
    maxUsageCount: 1,
    usageCount: 0,
  }
  expect(answer).toMatchObject({ status: 201 })
  expect(answer.body).toEqual(success(told))
  await book(linkId)
  expect((await api.get(links)).body).toEqual(
    success([{ ...told, isExpired: true, usageCount: 1 }]),
  )
})

it('books until a date', async () => {
  const expiresAt = '2026-03-09T00:00:00.000Z'
  const answer = await api.post(links, { expiresAt })
  expect(answer.body).toEqual(
    success({
      linkId: linkIn(answer),
      eventTypeId: id,
      isExpired: false,
      bookingUrl: expect.any(String),
      expiresAt,
    }),
  )
  world.clock.set(expiresAt)
  expect((await api.get(links)).body).toMatchObject({ data: [{ isExpired: true }] })
})

it('changes when it ends', async () => {
  const linkId = linkIn(await api.post(links, {}))
  expect(await api.patch(`${links}/${linkId}`, { maxUsageCount: 5 })).toMatchObject({
    status: 200,
    body: { data: { linkId, maxUsageCount: 5, usageCount: 0 } },
  })
  const byDate = await api.patch(`${links}/${linkId}`, { expiresAt: '2026-04-01T00:00:00Z' })
  expect(byDate.body).toMatchObject({ data: { linkId, expiresAt: '2026-04-01T00:00:00.000Z' } })
  expect(JSON.stringify(byDate.body)).not.toContain('maxUsageCount')
})

it('is deleted', async () => {
  const linkId = linkIn(await api.post(links, {}))
  expect(await api.delete(`${links}/${linkId}`)).toMatchObject({
    status: 200,
    body: { data: { linkId } },
  })
  expect((await api.get(links)).body).toEqual(success([]))
  expect(await api.delete(`${links}/${linkId}`)).toMatchObject(
    refused(404, 'Private link not found'),
  )
})

it('is of one event type of the account, and of nobody else', async () => {
  const linkId = linkIn(await api.post(links, {}))
  const other = (await made(api, { lengthInMinutes: 30, title: 'Other', slug: 'other' })).id
  expect(await api.delete(`/event-types/${other}/private-links/${linkId}`)).toMatchObject({
    status: 404,
  })
  const stranger = await givenCalcom(world, await givenHost(world))
  for (const answer of [
    await stranger.get(links),
    await stranger.post(links, {}),
    await stranger.patch(`${links}/${linkId}`, { maxUsageCount: 2 }),
    await stranger.delete(`${links}/${linkId}`),
  ]) {
    expect(answer.status).toBe(404)
  }
})

it('says what is wrong', async () => {
  expect(await api.post(links, { maxUsageCount: 0 })).toMatchObject(
    invalid(['maxUsageCount', 'min', 'maxUsageCount must not be less than 1']),
  )
  expect(await api.post(links, { expiresAt: '2026-03-01T00:00:00Z' })).toMatchObject({
    status: 400,
  })
  expect(await api.post(links, { expiresAt: 'soon' })).toMatchObject({ status: 400 })
})
