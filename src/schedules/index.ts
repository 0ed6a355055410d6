/** What other rooms may use of schedules. */
export { createSchedule } from './create.ts'
export { deleteSchedule } from './delete.ts'
export { findOwnSchedule } from './find.ts'
export { hoursOf, type ScheduleWithHours, withHours } from './hours.ts'
export { OwnHours, writeOwnHours } from './own-hours.ts'
export { timeOf } from './time.ts'
export { updateSchedule } from './update.ts'
