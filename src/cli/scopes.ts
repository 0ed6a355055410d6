import { z } from 'zod'
import { isKeyScope, keyScopes } from '../scopes.ts'

/** Scopes with spaces or commas between, as `--scopes` takes them. */
export const scopeList = z.string().transform((typed, refine) => {
  const names = typed.split(/[\s,]+/).filter(name => name !== '')
  const unknown = names.filter(name => !isKeyScope(name))
  if (names.length === 0 || unknown.length > 0) {
    const what = names.length === 0 ? 'names none' : `${unknown.join(', ')} is none`
    refine.addIssue({
      code: 'custom',
      message: `must be some of ${[...keyScopes].join(' ')}; ${what}`,
    })
  }
  return names
})
