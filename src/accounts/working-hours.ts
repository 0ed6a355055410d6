/**
 * The hours of a schedule that says nothing else: Monday to Friday from nine to five. Weekday 0 is
 * Sunday.
 */
export const workingHours = [1, 2, 3, 4, 5].map(weekday => ({
  weekday,
  startMinute: 9 * 60,
  endMinute: 17 * 60,
}))
