import { isScope, type Scope } from '../scopes.ts'

/**
 * Names by which apps of a dialect ask for scopes, and what they are given for each; nothing: to know whose the account
 * is, which every credential may.
 */
export type ScopeAliases = Readonly<Record<string, readonly Scope[]>>

/**
 * The scopes that are meant; undefined when a name means none. Some names are those of two lists, with more or less in
 * them. A request that has a name of the dialect's alone is in its words, and any other in those of the graph.
 */
export function scopesNamed(names: readonly string[], aliases: ScopeAliases): Scope[] | undefined {
  const areOwn = names.every(isScope)
  const meant = names.map(name => {
    if (!areOwn && Object.hasOwn(aliases, name)) return aliases[name]
    return isScope(name) ? [name] : undefined
  })
  if (meant.includes(undefined)) return undefined
  return [...new Set(meant.flatMap(scopes => scopes ?? []))]
}
