import type { Route } from '../dialect.ts'

/** A route that another one has to find its thing for first. @throws Refused as that one does. */
export const where = (get: Route, route: Route): Route => ({
  ...route,
  async answer(incoming, ask) {
    await get.answer(incoming, ask)
    return route.answer(incoming, ask)
  },
})

/** A route that takes a thing away, and answers it as it was. */
export const answeringBefore = (get: Route, remove: Route): Route => ({
  ...remove,
  answers: get.answers,
  async answer(incoming, ask) {
    const before = await get.answer(incoming, ask)
    await remove.answer(incoming, ask)
    return before
  },
})
