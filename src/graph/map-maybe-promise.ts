/**
 * Answers from what may take a look at the database, and mostly does not: without a promise where
 * there is none to wait for, since a page asks in every row.
 */
export function mapMaybePromise<T, R>(value: T | Promise<T>, use: (value: T) => R): R | Promise<R> {
  return value instanceof Promise ? value.then(use) : use(value)
}
