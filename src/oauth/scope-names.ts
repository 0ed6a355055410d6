import { isScope, type Scope } from '../scopes.ts'

/** A name that stands for as much of a set as the app may have. */
export interface WholeSet {
  whole: readonly Scope[]
  /** What it grants in combination with names of single scopes. Default: the same. */
  otherwise?: readonly Scope[]
}

/**
 * Names by which apps of a dialect ask for scopes, and what they are given for each; nothing: to
 * know whose the account is, which every credential may.
 */
export type ScopeAliases = Readonly<Record<string, readonly Scope[] | WholeSet>>

/** What some names mean. */
export interface Named {
  scopes: Scope[]
  /** Whether they stand for as much of these as the app may have. */
  isWhole: boolean
}

/**
 * The scopes that are meant; undefined when a name means none. Some names are those of two lists,
 * with more or less in them. A request that has a name of the dialect's alone is in its words, and
 * any other in those of the graph.
 */
export function scopesNamed(names: readonly string[], aliases: ScopeAliases): Named | undefined {
  const areOwn = names.every(isScope)
  const aliasOf = (name: string) =>
    !areOwn && Object.hasOwn(aliases, name) ? aliases[name] : undefined
  const areSets = names.every(name => isSet(aliasOf(name)))
  let isWhole = false
  const meant = names.map(name => {
    const alias = aliasOf(name)
    if (alias === undefined) return isScope(name) ? [name] : undefined
    if (!isSet(alias)) return alias
    if (alias.otherwise !== undefined && !areSets) return alias.otherwise
    isWhole = true
    return alias.whole
  })
  if (meant.includes(undefined)) return undefined
  return { scopes: [...new Set(meant.flatMap(scopes => scopes ?? []))], isWhole }
}

const isSet = (alias: readonly Scope[] | WholeSet | undefined): alias is WholeSet =>
  alias !== undefined && 'whole' in alias
