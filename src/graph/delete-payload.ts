import { builder } from './builder.ts'

/** What the mutations answer that take something away for good. */
export const DeletePayload = builder.objectRef<{ id: string }>('DeletePayload').implement({
  description: 'Something was deleted.',
  fields: t => ({
    deletedId: t.exposeID('id', { description: 'Id of the object that was deleted.' }),
  }),
})
