import type { Route } from '../dialect.ts'

/** A route that another one has to find its thing for first. @throws CallError as that one does. */
export const where = (get: Route, route: Route): Route => ({
  ...route,
  async handle(incoming, execute) {
    await get.handle(incoming, execute)
    return route.handle(incoming, execute)
  },
})

/** A route that takes a thing away, and answers it as it was. */
export const returningDeleted = (get: Route, remove: Route): Route => ({
  ...remove,
  response: get.response,
  async handle(incoming, execute) {
    const before = await get.handle(incoming, execute)
    await remove.handle(incoming, execute)
    return before
  },
})
