// Loaded into every process that bench starts, before its own script: tells its parent what memory it uses, when asked.

process.on('message', how => {
  if (typeof how === 'object' && how !== null && 'collected' in how && how.collected === true) globalThis.gc?.()
  process.send?.(process.memoryUsage())
})
process.channel?.unref()
