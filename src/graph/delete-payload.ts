import { builder } from './builder.ts'

/** What the mutations answer that take something away for good. */
export const DeletePayload = builder.objectRef<{ id: string }>('DeletePayload').implement({
  description: 'Something was deleted.',
  fields: t => ({ id: t.exposeID('id', { description: 'The id that it had.' }) }),
})
