import type { Route } from '../dialect.ts'

/** A route that first requires another route to find its object. @throws CallError as that one does. */
export const requireExisting = (get: Route, route: Route): Route => ({
  ...route,
  async handle(incoming, execute) {
    await get.handle(incoming, execute)
    return route.handle(incoming, execute)
  },
})

/** A route that deletes an object, and returns it as it was before. */
export const returningDeleted = (get: Route, remove: Route): Route => ({
  ...remove,
  response: get.response,
  async handle(incoming, execute) {
    const before = await get.handle(incoming, execute)
    await remove.handle(incoming, execute)
    return before
  },
})
