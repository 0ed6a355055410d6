import { formats as dialects } from '../rest-compat/formats.ts'
import { standard } from './webhooks/delivery/standard-webhooks.ts'
import type { HookFormats } from './webhooks/format.ts'

/** Every form in which events are told to receivers: our own, and those of the dialects. */
export const formats: HookFormats = new Map([['STANDARD', standard], ...dialects])
