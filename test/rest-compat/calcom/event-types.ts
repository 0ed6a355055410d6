// Event types of Cal.com's tests.

import { z } from 'zod'
import type { Calcom } from './calcom.ts'

const Made = z.object({ data: z.looseObject({ id: z.number() }) })

/** A new event type. Throws when it is refused. */
export async function made(api: Calcom, body: Record<string, unknown>) {
  const answer = await api.post('/event-types', body)
  if (answer.status !== 201) throw new Error(`was refused: ${JSON.stringify(answer.body)}`)
  return Made.parse(answer.body).data
}

/** The number of the thing in an answer. */
export const idIn = ({ body }: { body: unknown }): number => Made.parse(body).data.id

/** A booking field of the host's own. */
export const field = (type: string, more: Record<string, unknown>) => ({
  type,
  slug: `my-${type}`,
  label: `My ${type}`,
  required: false,
  hidden: false,
  disableOnPrefill: false,
  ...more,
})
