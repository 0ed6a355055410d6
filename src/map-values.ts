/**
 * Returns an object with the same keys, and for each the result of `map`.
 *
 * ```ts
 * mapValues({ a: 1, b: 2 }, (value, key) => `${key}${value}`) // { a: 'a1', b: 'b2' }
 * ```
 */
export function mapValues<Key extends string, Value, Result>(
  object: Readonly<Record<Key, Value>>,
  map: (value: Value, key: Key) => Result,
): Record<Key, Result> {
  // The types of Object.keys and Object.fromEntries forget which keys there are.
  const keys = Object.keys(object) as Key[]
  return Object.fromEntries(keys.map(key => [key, map(object[key], key)])) as Record<Key, Result>
}
