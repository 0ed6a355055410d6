// Limits on all meetings of an account. There are none here: event types have limits of their own.

import { z } from 'zod'
import { callError } from '../../../src/graph/call-error.ts'
import { route } from '../../dialect.ts'
import { collectionOf } from '../list.ts'
import { GetSelf, owner, requireOwn } from '../organization/self.ts'

const group = 'Availability'
const path = '/user_meeting_limits'

const Limits = z.object({ daily_limit: z.null(), weekly_limit: z.null(), monthly_limit: z.null() })

const limit = z
  .int('must be an integer')
  .min(1, 'must be greater than or equal to 1')
  .max(9_999, 'must be less than or equal to 9999')
  .nullish()

const query = z.object({ user: owner.user })

const list = route({
  method: 'GET',
  path,
  name: 'listUserMeetingLimits',
  summary: 'There are no limits of a whole account here.',
  group,
  request: { query },
  response: collectionOf(Limits),
  document: GetSelf,
  async variables({ query }, execute) {
    await requireOwn(execute, query)
    return {}
  },
  reply: () => ({ collection: [{ daily_limit: null, weekly_limit: null, monthly_limit: null }] }),
})

const update = route({
  method: 'PATCH',
  path,
  name: 'updateUserMeetingLimits',
  summary: 'Cannot be done: limits are those of event types here.',
  group,
  request: {
    query,
    body: z.object({ daily_limit: limit, weekly_limit: limit, monthly_limit: limit }),
  },
  response: collectionOf(Limits),
  document: GetSelf,
  async variables({ query }, execute) {
    await requireOwn(execute, query)
    throw callError(
      'FORBIDDEN',
      'Meetings of a whole account cannot be limited here; those of an event type can.',
    )
  },
  reply: () => ({ collection: [] }),
})

export const meetingLimits = [list, update]
