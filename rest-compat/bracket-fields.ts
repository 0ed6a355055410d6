// Fields with brackets, as clients send them in queries and forms: `filters[status]=upcoming`,
// `events[]=created`, `rules[0][type]=wday`, `answers[][question]=Why%3F&answers[][answer]=So`,
// `id=1&id=2`.

type Values = Map<string, Values | Values[] | string[]>

/** Fields that are read; a query with more is cut off there. */
export const MOST_FIELDS = 500
const DEEPEST = 10

/**
 * A query string or a form as an object: what comes more than once, or with `[]`, is a list, and so
 * are the members `[0]`, `[1]`, …
 */
export function fieldsIn(text: string): Record<string, unknown> {
  const values: Values = new Map()
  for (const [name, value] of [...new URLSearchParams(text)].slice(0, MOST_FIELDS))
    put(values, pathIn(name), value)
  return objectOf(values)
}

/**
 * `a[b][]` is `a`, `b[]`: empty brackets stay with the name before them, and say that it is a list.
 */
function pathIn(name: string): string[] {
  const [, first = name, rest = ''] = /^([^[]+)((?:\[[^\]]*\])+)$/.exec(name) ?? []
  const path = [first]
  for (const [, key = ''] of [...rest.matchAll(/\[([^\]]*)\]/g)].slice(0, DEEPEST - 1)) {
    if (key === '') path.push(`${path.pop() ?? ''}[]`)
    else path.push(key)
  }
  return path
}

function put(values: Values, [name = '', ...rest]: string[], value: string): void {
  const known = values.get(name)
  if (rest.length === 0) {
    values.set(name, isTexts(known) ? [...known, value] : [value])
    return
  }
  if (!isList(name)) {
    const inner = known instanceof Map ? known : new Map()
    put(inner, rest, value)
    values.set(name, inner)
    return
  }
  // The fields of one member follow each other: one that it has already begins the next.
  const members = isMembers(known) ? known : []
  const last = members.at(-1)
  const member = last === undefined || has(last, rest) ? new Map() : last
  put(member, rest, value)
  values.set(name, member === last ? members : [...members, member])
}

function has(values: Values, [name = '', ...rest]: string[]): boolean {
  const known = values.get(name)
  if (known === undefined || isList(name)) return false
  return rest.length === 0 || !(known instanceof Map) || has(known, rest)
}

type Value = Values | Values[] | string[] | undefined

const isTexts = (value: Value): value is string[] =>
  Array.isArray(value) && typeof value[0] === 'string'
const isMembers = (value: Value): value is Values[] =>
  Array.isArray(value) && value[0] instanceof Map

const isList = (name: string): boolean => name.endsWith('[]')
const withoutList = (name: string): string => name.replace(/(\[\])+$/, '')

const objectOf = (values: Values): Record<string, unknown> =>
  Object.fromEntries(
    [...values].map(([name, value]) => [withoutList(name), plain(value, isList(name))]),
  )

function plain(value: Values | Values[] | string[], isInList: boolean): unknown {
  if (isMembers(value)) return value.map(member => plain(member, false))
  if (isTexts(value)) return isInList || value.length > 1 ? value : value[0]
  if (Array.isArray(value)) return []
  const isNumbered = [...value.keys()].every(name => /^\d+$/.test(withoutList(name)))
  return isNumbered
    ? [...value].map(([name, inner]) => plain(inner, isList(name)))
    : objectOf(value)
}
