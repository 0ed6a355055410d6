import { builder } from './builder.ts'

/**
 * The input of a mutation that takes the id of an object and nothing else.
 * @param what the description of the input, a sentence
 */
export const idInput = (name: string, what: string) =>
  builder.inputType(name, {
    description: what,
    fields: t => ({ id: t.id({ required: true, description: 'Its id.' }) }),
  })
