import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql'

/**
 * Whether a field is asked for something further in, so that it can read that along:
 * `selects(info, 'edges.node.invitees')`. What `@skip` and `@include` say does not count.
 */
export function selects(
  info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>,
  path: string,
): boolean {
  const [field] = info.fieldNodes
  if (field === undefined) return false
  const known = answers.get(field) ?? new Map<string, boolean>()
  answers.set(field, known)
  const answer =
    known.get(path) ??
    info.fieldNodes.some(each => holds(each.selectionSet, path.split('.'), info.fragments))
  known.set(path, answer)
  return answer
}

// A document that comes again has the same nodes.
const answers = new WeakMap<FieldNode, Map<string, boolean>>()

function holds(
  set: SelectionSetNode | undefined,
  [name, ...further]: string[],
  fragments: GraphQLResolveInfo['fragments'],
): boolean {
  if (name === undefined) return true
  return (set?.selections ?? []).some(selection => {
    if (selection.kind === Kind.FIELD) {
      return selection.name.value === name && holds(selection.selectionSet, further, fragments)
    }
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection
    return holds(inner?.selectionSet, [name, ...further], fragments)
  })
}
