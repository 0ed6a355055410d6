// The entry of worker threads (src/worker-pool/bounded.ts).

import { readMessage } from './assistant/reading/read.ts'
import { readCalendar } from './calendars/calendar.ts'
import { slots } from './slot-engine/index.ts'
import { fill, whyNotTemplate } from './webhooks/template.ts'
import type { Job } from './worker-pool/bounded.ts'
import type { TaskName, Tasks } from './worker-pool/tasks.ts'

const tasks: { [Name in TaskName]: (input: Tasks[Name]['input']) => Tasks[Name]['output'] } = {
  readCalendar: ({ bytes, reading }) => readCalendar(bytes, reading),
  fillTemplate: ({ template, data }) => fill(template, data),
  checkTemplate: whyNotTemplate,
  readMessage: ({ message, known }) => readMessage(message, known),
  findSlots: slots,
}

/** Runs one task; says first that it begins, so that its time counts from there. */
export default function run<Name extends TaskName>({
  name,
  input,
  begun,
}: Job<Name>): Tasks[Name]['output'] {
  begun.postMessage(undefined)
  begun.close()
  return tasks[name](input)
}
