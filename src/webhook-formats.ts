import { formats as dialects } from '../rest-compat/formats.ts'
import { standard } from './webhooks/delivery/standard-webhooks.ts'
import type { HookFormats } from './webhooks/format.ts'

/** All webhook formats: the standard one, and those of the dialects. */
export const formats: HookFormats = new Map([['STANDARD', standard], ...dialects])
