// Routes that only the React components of @calcom/atoms call. Cal.com does not document them: what
// a route reads and answers is what the components of version 2.11 send and read. They exist in
// every version.

import type { Route } from '../../dialect.ts'

export const group = 'Atoms'

/** A documented route under the path that the components call, in every version. */
export const under = (path: string, name: string, route: Route): Route => ({
  ...route,
  path,
  name,
  group,
  versions: undefined,
})
