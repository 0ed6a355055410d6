// Loaded into every process that bench starts, before its own script: reports to its parent, on
// request, the memory and CPU time it has used, and the longest delay of its event loop since the
// last request before.

import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 1
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
// Its timer costs CPU time: it runs only for those who ask for delays.
let isMonitored = false

/** The longest delay in milliseconds; 0 when it is asked for the first time. */
function longestDelay(): number {
  const max = isMonitored ? delays.max / 1e6 - RESOLUTION_MS : 0
  if (!isMonitored) delays.enable()
  isMonitored = true
  delays.reset()
  return Math.max(0, max)
}

process.on('message', how => {
  const asked = typeof how === 'object' && how !== null ? how : {}
  if ('collected' in asked && asked.collected === true) globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  const loopDelayMs = 'loopDelay' in asked && asked.loopDelay === true ? longestDelay() : 0
  process.send?.({ ...process.memoryUsage(), cpuMs: (user + system) / 1_000, loopDelayMs })
})
process.channel?.unref()
