// The entry of worker threads (src/untrusted/bounded.ts).

import { readMessage } from './assistant/reading/read.ts'
import { readCalendar } from './feeds/calendar.ts'
import { fill, whyNotTemplate } from './hooks/template.ts'
import { slots } from './slots/index.ts'
import type { Job } from './untrusted/bounded.ts'
import type { TaskName, Tasks } from './untrusted/tasks.ts'

const tasks: { [Name in TaskName]: (input: Tasks[Name]['input']) => Tasks[Name]['output'] } = {
  readCalendar: ({ bytes, reading }) => readCalendar(bytes, reading),
  fillTemplate: ({ template, data }) => fill(template, data),
  checkTemplate: whyNotTemplate,
  readMessage: ({ message, known }) => readMessage(message, known),
  findSlots: slots,
}

/** Runs one task; says first that it begins, so that its time counts from there. */
export default function run<Name extends TaskName>({ name, input, begun }: Job<Name>): Tasks[Name]['output'] {
  begun.postMessage(undefined)
  begun.close()
  return tasks[name](input)
}
