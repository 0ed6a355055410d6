import { formats as dialects } from '../rest-compat/formats.ts'
import { standard } from './delivery/standard.ts'
import type { HookFormats } from './hooks/format.ts'

/** Every form in which events are told to receivers: our own, and those of the dialects. */
export const formats: HookFormats = new Map([['STANDARD', standard], ...dialects])
