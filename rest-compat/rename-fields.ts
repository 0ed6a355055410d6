import { CallError, type GraphError } from '../src/graph/call-error.ts'

/** The same refusal with the invalid fields under the names that the dialect's callers know. */
export function underOwnNames(
  { first, errors }: CallError,
  names: Record<string, string>,
): CallError {
  const [, ...others] = errors.map(error => renamed(error, names))
  return new CallError(renamed(first, names), ...others)
}

const renamed = (error: GraphError, names: Record<string, string>): GraphError => ({
  ...error,
  fields: error.fields.map(({ path, message }) => ({ path: ownName(path, names), message })),
})

/**
 * What lies deeper than a named variable has the name of that, or its own below a name that ends
 * with a dot: with `rules.` for `input.weekly`, `input.weekly.0.start` is `rules.0.start`. What has
 * no name is told without its `input`.
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
