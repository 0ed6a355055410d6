/** The slot engine's public names. Pure functions over epoch minutes; see RULES.md. */
export { freeHosts, isOffered, neededTime, slots, whyNot } from './slots.ts'
export type {
  BookingWindow,
  DateOverride,
  HostTime,
  Interval,
  Joinable,
  Limit,
  ScheduleHours,
  Slot,
  SlotQuery,
  Travel,
  UnavailableReason,
  WeeklyHours,
} from './types.ts'
export { addDays, daysBetween, endOfDay, isZone, localDay, startOfDay } from './zone.ts'
