// Things that nothing makes here: they answer as for an account that has none.

import { z } from 'zod'
import { found, route } from '../dialect.ts'
import { listed, listOf, nothing, one, page } from './list.ts'
import { GetSelf, owner, requireOwn } from './organization/self.ts'
import { reference, Uri, uuid } from './uris.ts'

const Thing = z.object({ uri: Uri })

const listOfNone = (path: string, name: string, what: string, group: string) =>
  route({
    method: 'GET',
    path,
    name,
    summary: `There are no ${what} here: the list is empty.`,
    group,
    request: { query: z.object({ ...owner, group: reference('groups').optional(), ...page }) },
    response: listOf(Thing),
    document: GetSelf,
    async variables({ query }, execute) {
      await requireOwn(execute, query)
      return {}
    },
    reply: (_data, { arrival }) => listed(nothing, thing => thing, arrival),
  })

const oneOfNone = (path: string, name: string, what: string, group: string) =>
  route({
    method: 'GET',
    path,
    name,
    summary: `There are no ${what} here: none is found.`,
    group,
    request: { params: uuid('the thing') },
    response: one(Thing),
    document: GetSelf,
    variables: () => ({}),
    reply: () => ({ resource: found<z.input<typeof Thing>>(null, 'thing') }),
  })

export const withoutCause = [
  listOfNone('/locations', 'listLocations', 'connected conference providers', 'Users'),
  listOfNone('/outgoing_communications', 'listOutgoingCommunications', 'messages', 'Organizations'),
  listOfNone('/meeting_recaps', 'listMeetingRecaps', 'recaps', 'Scheduled events'),
  oneOfNone('/meeting_recaps/:uuid', 'getMeetingRecap', 'recaps', 'Scheduled events'),
]
