// What a command is: words for its help, flags that are read into an input, and an act that answers
// one JSON object.
//
//   export const greet = command({
//     about: 'greets somebody',
//     flags: z.object({ name: flag(z.string(), { value: 'NAME', about: 'whom' }) }),
//     act: async ({ name }) => ({ greeting: `Hello ${name}` }),
//   })

import { z } from 'zod'
import { parse } from '../validation.ts'

/** How a field of the input is given on the command line. */
interface Given {
  /** What stands for its value in the help; a flag without one is there or not. */
  value?: string
  about: string
  /** Its name, unless it is that of its field: `--time-zone` is `timeZone`. */
  name?: string
  /** Whether it may come more than once; its field is a list then. */
  isRepeatable?: boolean
}

/** A flag of a command. */
export interface Flag extends Given {
  name: string
  field: string
  isRequired: boolean
}

/** The variables of the process. */
export type Env = Record<string, string | undefined>

/** A command of the table. */
export interface Command {
  about: string
  /** Further lines of its help. */
  details?: string
  flags: Flag[]
  /**
   * Runs with what the flags gave, by their fields.
   * @throws ApiError whose fields start with `input`; Error.
   */
  run(given: Record<string, unknown>, env: Env): Promise<object>
}

const registry = z.registry<Given>()

/** Makes a flag of a field. */
export function flag<T extends z.ZodType>(schema: T, given: Given): T {
  registry.add(schema, given)
  return schema
}

/** Puts a command together. The act gets what its flags were read into. */
export function command<S extends z.ZodRawShape>({
  flags,
  act,
  ...words
}: {
  about: string
  details?: string
  flags: z.ZodObject<S>
  act(input: z.output<z.ZodObject<S>>, env: Env): Promise<object>
}): Command {
  return {
    ...words,
    flags: Object.entries<z.core.$ZodType>(flags.shape).map(([field, schema]) => ({
      about: '',
      name: field.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`),
      field,
      isRequired: !z.safeParse(schema, undefined).success,
      ...registry.get(schema),
    })),
    run: async (given, env) => act(parse(flags, given), env),
  }
}
