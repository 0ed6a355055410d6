import { describe, expect, it } from 'vitest'
import { converse } from '../../src/assistant/converse.ts'
import type { Reply } from '../../src/assistant/reply.ts'
import { newThread } from '../../src/assistant/thread.ts'
import { MONDAY } from '../helpers/world.ts'
import { type Row, rows } from './messages.ts'
import { givenPage, local } from './page.ts'

/** What came of a message, with what the row does not speak of left out. */
function outcome(
  { message, action, thread }: Reply,
  row: Row,
  made: ReturnType<typeof givenPage>['made'],
) {
  const { zone } = thread
  const slots = action.slots.map(slot => local(slot, zone))
  const last = made.at(-1)
  const seen: Required<
    Omit<Row, 'message' | 'after' | 'page' | 'now' | 'zone' | 'says' | 'booked'>
  > & {
    booked: unknown
  } = {
    kind: action.kind,
    type: action.eventTypes[0]?.slug ?? '',
    minutes: action.durationMinutes ?? 0,
    dates: action.dates,
    part: action.partOfDay,
    time: action.time,
    slots: slots.slice(0, row.slots?.length),
    missing: action.missing,
    booked: last && [local(last.start, zone), last.name, last.email],
  }
  return { ...Object.fromEntries(Object.entries(seen).filter(([key]) => key in row)), message }
}

describe.each(Object.entries(rows))('%s', (_group, messages) => {
  it.each(
    messages.map(row => ({
      name: [...(row.after ?? []), row.message].join(' … ').slice(0, 120),
      row,
    })),
  )('$name', async ({ row }) => {
    const actions = givenPage(row.page ?? 'solo', row.now ?? MONDAY)
    let thread = newThread(row.zone ?? 'Europe/London')
    for (const earlier of row.after ?? [])
      thread = (await converse(actions, thread, earlier)).thread
    const turn = await converse(actions, thread, row.message)
    const { message: _m, after: _a, page: _p, now: _n, zone: _z, says = /./, ...expected } = row
    expect(outcome(turn, row, actions.made)).toEqual({
      ...expected,
      message: expect.stringMatching(says),
    })
    if (row.kind !== 'CONFIRM_BOOKING' && row.after === undefined) expect(actions.made).toEqual([])
  })
})

it('is a table of more than eighty messages', () => {
  expect(Object.values(rows).flat().length).toBeGreaterThan(80)
})
