#!/usr/bin/env node
// Runs Meridian: builds what is out of date, then runs src/main.ts, which reads the command
// line.
//
//   node bin/meridian.mjs start

import { existsSync } from 'node:fs'
import { ensureBuilt } from './build.mjs'

process.setSourceMapsEnabled(true)

await ensureBuilt()

const bundle = new URL('../dist/main.js', import.meta.url)
if (existsSync(bundle)) {
  await import(bundle.href)
} else {
  console.error('There is neither dist/main.js nor a src/main.ts to build it from.')
  process.exitCode = 1
}
