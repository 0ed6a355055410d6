import { builder } from './builder.ts'

/** The payload of mutations that delete an object permanently. */
export const DeletePayload = builder.objectRef<{ id: string }>('DeletePayload').implement({
  description: 'Something was deleted.',
  fields: t => ({
    deletedId: t.exposeID('id', { description: 'Id of the object that was deleted.' }),
  }),
})
