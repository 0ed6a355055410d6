// Measures: bundles bench/ and runs it.
// `npm run bench -- slots list rest create large deliveries fanout loop` runs some parts; without
// names all.

import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ensureBuilt } from './build.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

await ensureBuilt()
await build({
  entryPoints: [
    'main.ts',
    'bare-server.ts',
    'bare-broadcast.ts',
    'receiver.ts',
    'report-usage.ts',
  ].map(name => join(root, 'bench', name)),
  outdir: join(root, 'dist', 'bench'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
})
const bench = spawn(
  process.execPath,
  [join(root, 'dist', 'bench', 'main.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
)
bench.on('exit', code => {
  process.exitCode = code ?? 1
})
