import { builder } from '../graph/builder.ts'

export const Weekday = builder.enumType('Weekday', {
  description:
    'A day of the week; the integers in brackets are those of dialects that number them.',
  values: {
    SUNDAY: { value: 0, description: 'Sunday (0).' },
    MONDAY: { value: 1, description: 'Monday (1).' },
    TUESDAY: { value: 2, description: 'Tuesday (2).' },
    WEDNESDAY: { value: 3, description: 'Wednesday (3).' },
    THURSDAY: { value: 4, description: 'Thursday (4).' },
    FRIDAY: { value: 5, description: 'Friday (5).' },
    SATURDAY: { value: 6, description: 'Saturday (6).' },
  } as const,
})

/** Those of rows, as the enum has them. */
export const weekdays = [0, 1, 2, 3, 4, 5, 6] as const
