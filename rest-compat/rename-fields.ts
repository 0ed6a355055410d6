import { type AnswerError, Refused } from '../src/graph/call-error.ts'

/** The same refusal with the fields at fault under the names that the dialect's callers know. */
export function underOwnNames({ first, errors }: Refused, names: Record<string, string>): Refused {
  const [, ...others] = errors.map(error => renamed(error, names))
  return new Refused(renamed(first, names), ...others)
}

const renamed = (error: AnswerError, names: Record<string, string>): AnswerError => ({
  ...error,
  fields: error.fields.map(({ path, message }) => ({ path: ownName(path, names), message })),
})

/**
 * What lies deeper than a named variable has the name of that, or its own below a name that ends with a dot: with
 * `rules.` for `input.weekly`, `input.weekly.0.start` is `rules.0.start`. What has no name is told without its `input`.
 */
function ownName(path: string, names: Record<string, string>): string {
  const parts = path.split('.')
  for (let length = parts.length; length > 0; length--) {
    const name = names[parts.slice(0, length).join('.')]
    if (name?.endsWith('.')) return [name.slice(0, -1), ...parts.slice(length)].join('.')
    if (name !== undefined) return name
  }
  return path.replace(/^input\./, '')
}
