// Loaded into every process that bench starts, before its own script: tells its parent what memory and CPU time it
// has used, when asked.

process.on('message', how => {
  if (typeof how === 'object' && how !== null && 'collected' in how && how.collected === true) globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  process.send?.({ ...process.memoryUsage(), cpuMs: (user + system) / 1_000 })
})
process.channel?.unref()
