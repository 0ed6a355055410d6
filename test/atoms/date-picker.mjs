// The date picker of the Booker with its dates and callbacks.

import dayjs from 'dayjs'
import { createElement } from 'react'
import { useBookerStoreContext } from './node_modules/@calcom/atoms/dist/booker/booker-store-provider.js'
import { DatePicker as Picker } from './node_modules/@calcom/atoms/dist/calendar-view/components/date-picker.js'

const dateOf = day => day?.format('YYYY-MM-DD') ?? null

export function DatePicker(props) {
  const month = useBookerStoreContext(store => store.month)
  const selected = useBookerStoreContext(store => store.selectedDate)
  const setSelectedDate = useBookerStoreContext(store => store.setSelectedDate)
  const setMonth = useBookerStoreContext(store => store.setMonth)
  return createElement(Picker, {
    ...props,
    browsingDate: month ? dayjs(month) : dayjs().startOf('month'),
    selected: selected ? dayjs(selected) : null,
    includedDates: Object.keys(props.slots ?? {}),
    onChange: day => setSelectedDate({ date: dateOf(day) }),
    onMonthChange: day => setMonth(day.format('YYYY-MM')),
  })
}
