// What every answer stands in: its contract, 1.3.

import { z } from 'zod'

const status = z.literal('success')

export const enveloped = <Form extends z.ZodType>(data: Form) => z.object({ status, data })

export const success = <T>(data: T) => ({ status: 'success' as const, data })

/** Of what has nothing to say but that it was done. */
export const Done = z.object({ status }).meta({ id: 'Done' })

export const done = { status: 'success' } as const
