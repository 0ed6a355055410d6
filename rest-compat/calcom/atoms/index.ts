import { atomsAccounts } from './accounts.ts'
import { atomsEventTypes } from './event-types.ts'
import { atomsSchedules } from './schedules.ts'

/** What the React components of @calcom/atoms call besides the documented routes. */
export const atoms = [...atomsAccounts, ...atomsSchedules, ...atomsEventTypes]
