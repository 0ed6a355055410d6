/** Maximum number of hosts whose versions are kept. Beyond it all are reset. */
const MAX_KEPT = 10_000

const versions = new Map<number, number>()
let latest = 0
let oldest = 0

/**
 * Notes that hosts may have changed, before the caller that changed them gets its answer. Other
 * processes learn of it by the signal of the host.
 */
export function markChanged(hostIds: readonly number[]): void {
  latest++
  if (versions.size > MAX_KEPT) {
    versions.clear()
    oldest = latest
  }
  for (const hostId of hostIds) versions.set(hostId, latest)
}

/** A number that is another one after each change of the host that this process made. */
export const versionOf = (hostId: number): number => versions.get(hostId) ?? oldest
