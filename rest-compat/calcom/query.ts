// Parameters with brackets, as its clients send them: `filters[status]=upcoming`, `filters[eventTypeIds][]=1`, `id=1&id=2`.

type Values = Map<string, Values | string[]>

const MOST_PARAMETERS = 500
const DEEPEST = 5

/** A query string as an object: what comes more than once, or with `[]`, is a list, and so are the members `[0]`, `[1]`, … */
export function queryIn(search: string): Record<string, unknown> {
  const values: Values = new Map()
  for (const [name, value] of [...new URLSearchParams(search)].slice(0, MOST_PARAMETERS))
    put(values, pathIn(name), value)
  return Object.fromEntries([...values].map(([name, value]) => [withoutList(name), plain(value, isList(name))]))
}

/** `a[b][]` is `a`, `b[]`: the brackets at the end stay with the name, and say that it is a list. */
function pathIn(name: string): string[] {
  const [, first = name, rest = ''] = /^([^[]+)((?:\[[^\]]*\])+)$/.exec(name) ?? []
  const keys = [first, ...[...rest.matchAll(/\[([^\]]*)\]/g)].map(([, key = '']) => key)].slice(0, DEEPEST)
  return keys.at(-1) === '' ? [...keys.slice(0, -2), `${keys.at(-2) ?? ''}[]`] : keys
}

function put(values: Values, [name = '', ...rest]: string[], value: string): void {
  const known = values.get(name)
  if (rest.length === 0) values.set(name, Array.isArray(known) ? [...known, value] : [value])
  else {
    const inner = known instanceof Map ? known : new Map()
    put(inner, rest, value)
    values.set(name, inner)
  }
}

const isList = (name: string): boolean => name.endsWith('[]')
const withoutList = (name: string): string => name.replace(/\[\]$/, '')

function plain(value: Values | string[], isList: boolean): unknown {
  if (Array.isArray(value)) return isList || value.length > 1 ? value : value[0]
  const members = [...value].map(([name, inner]) => [withoutList(name), plain(inner, name.endsWith('[]'))] as const)
  return members.every(([name]) => /^\d+$/.test(name))
    ? members.map(([, member]) => member)
    : Object.fromEntries(members)
}
