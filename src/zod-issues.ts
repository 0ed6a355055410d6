import type { z } from 'zod'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

export type Validated<T> = { success: true; data: T } | { success: false; issues: Issue[] }

/**
 * Validates a value. A null that the schema does not accept counts as absent: clients send null for
 * optional fields, and send responses back as input. A null that the schema accepts keeps its
 * meaning, such as "unset".
 */
export function validate<T extends z.ZodType>(
  schema: T,
  value: unknown,
  params?: z.core.ParseContext<Issue>,
): Validated<z.output<T>> {
  let result = schema.safeParse(value, params)
  if (result.success) return result
  let rest = value
  const messages = new Map<string, string>()
  while (!result.success) {
    const nulls = result.error.issues.flatMap(issue => nullFields(issue, rest))
    if (nulls.length === 0)
      return { success: false, issues: result.error.issues.map(original(messages)) }
    for (const { path, message } of nulls) messages.set(keyOf(path), message)
    rest = without(
      rest,
      nulls.map(({ path }) => path),
    )
    result = schema.safeParse(rest, params)
  }
  return result
}

/** A required field that was null keeps the message for null. */
const original =
  (messages: ReadonlyMap<string, string>) =>
  (issue: Issue): Issue => ({ ...issue, message: messages.get(keyOf(issue.path)) ?? issue.message })

const keyOf = (path: Path): string => JSON.stringify(path.map(String))

/** Null fields that an issue is about. An entry of a list is no field. */
function nullFields(
  issue: Issue,
  value: unknown,
  above: Path = [],
): { path: Path; message: string }[] {
  const path = [...above, ...issue.path]
  const { code, message } = issue
  if (code !== 'invalid_type' && code !== 'invalid_value' && code !== 'invalid_union') return []
  if (valueAt(value, path) === null)
    return typeof path.at(-1) === 'string' ? [{ path, message }] : []
  if (code !== 'invalid_union') return []
  return issue.errors.flat().flatMap(inner => nullFields(inner, value, path))
}

const isContainer = (value: unknown): value is Record<PropertyKey, unknown> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inside, key) => (isContainer(inside) && Object.hasOwn(inside, key) ? inside[key] : undefined),
    value,
  )

/**
 * The value without some fields. Copies the objects and lists on their paths alone: a value can be
 * deeper than the stack.
 */
function without(value: unknown, paths: readonly Path[]): unknown {
  const root: Record<PropertyKey, unknown> = { value }
  const copied = new Set<unknown>([root])
  for (const path of paths) {
    let owner = root
    for (const key of ['value', ...path.slice(0, -1)]) {
      const inner = owner[key]
      if (!isContainer(inner)) break
      const copy = copied.has(inner) ? inner : copyOf(inner)
      copied.add(copy)
      owner[key] = copy
      owner = copy
    }
    const field = path.at(-1)
    if (field !== undefined) delete owner[field]
  }
  return root.value
}

/** @returns a shallow copy */
function copyOf(container: Record<PropertyKey, unknown>): Record<PropertyKey, unknown> {
  const copy: unknown = Array.isArray(container) ? [...container] : { ...container }
  return isContainer(copy) ? copy : container
}
