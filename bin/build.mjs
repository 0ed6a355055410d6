// Makes what is generated: the Prisma client from its schema, the types of our own documents from
// schema.graphql, dist/main.js and dist/worker.js from the sources. Does only what is stale, so
// that a start can always ask for it. Two starts at once are fine: a lock makes the second wait,
// and every file gets its name when it is whole.
//
//   node bin/build.mjs

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const inRoot = (...path) => join(root, ...path)

const schema = inRoot('prisma', 'schema.prisma')
const generated = inRoot('src', 'db', 'generated')
const generatedFiles = [join(generated, 'client', 'client.ts'), join(generated, 'pothos.ts')]
const stamp = join(generated, 'schema.sha256')
const graph = inRoot('schema.graphql')
const graphTypes = inRoot('src', 'graph', 'typed-env.d.ts')
const entry = inRoot('src', 'main.ts')
const workerEntry = inRoot('src', 'worker.ts')
const bundle = inRoot('dist', 'main.js')
const workerBundle = inRoot('dist', 'worker.js')
const chunks = inRoot('dist', 'chunks')
const bundleInputs = ['src', 'rest-compat', 'prisma/schema.prisma', 'package.json'].map(path =>
  inRoot(path),
)

const LOCK_WAIT_MS = 120_000
const OLD_CHUNK_MS = 60 * 60_000

/**
 * Brings what is generated up to date. Answers at once when it is, or when there are no sources to
 * build from (an image that holds only dist).
 */
export async function ensureBuilt() {
  if (!(await exists(schema)) || !(await exists(inRoot('src')))) return
  if ((await isClientFresh()) && (await areGraphTypesFresh()) && (await isBundleFresh())) return
  const unlock = await lock()
  try {
    if (!(await isClientFresh())) await generateClient()
    if (!(await areGraphTypesFresh())) await generateGraphTypes()
    if (!(await isBundleFresh())) await buildBundle()
  } finally {
    await unlock()
  }
}

async function isClientFresh() {
  const present = await Promise.all(generatedFiles.map(exists))
  return (
    present.every(Boolean) &&
    (await readFile(stamp, 'utf8').catch(() => '')) === (await schemaHash())
  )
}

// By content, not by time: a checkout gives old schemas new times. The stamp is written last, so a
// generation that was cut off is done again.
async function schemaHash() {
  return hashOf(require('prisma/package.json').version, await readFile(schema))
}

async function generateClient() {
  console.error('Generating the database client')
  const hash = await schemaHash()
  await rm(stamp, { force: true })
  await run(process.execPath, [require.resolve('prisma/build/index.js'), 'generate'], {
    // `generate` asks where the schema engine is and never runs it. Naming any program that exists
    // keeps Prisma from downloading one.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
    NO_COLOR: '1',
    // Prisma finds the Pothos generator by its name, as it would under npx.
    PATH: [inRoot('node_modules', '.bin'), dirname(process.execPath), process.env.PATH].join(
      delimiter,
    ),
  })
  await writeFile(stamp, hash)
}

// Their stamp is their first line.
async function areGraphTypesFresh() {
  if (!(await exists(graph)) || !(await exists(dirname(graphTypes)))) return true
  const types = await readFile(graphTypes, 'utf8').catch(() => '')
  return types.startsWith(stampOf(await readFile(graph)))
}

function stampOf(sdl) {
  const hash = hashOf(require('@gql.tada/internal/package.json').version, sdl)
  return `// The graph as a type, made by bin/build.mjs from schema.graphql. ${hash}\n`
}

/**
 * Writes the graph as a type, from which gql.tada reads what a document answers and which variables
 * it takes.
 */
async function generateGraphTypes() {
  const { buildSchema, introspectionFromSchema } = require('graphql')
  const { minifyIntrospection, preprocessIntrospection } = require('@gql.tada/internal')
  const sdl = await readFile(graph, 'utf8')
  let built
  try {
    built = buildSchema(sdl)
  } catch (error) {
    // Only the type check needs the types, and `npm run schema`, which writes the file, runs this
    // too.
    return console.error(
      `schema.graphql cannot be read, and npm run schema writes it: ${error.message}`,
    )
  }
  const types = preprocessIntrospection(minifyIntrospection(introspectionFromSchema(built)))
  const unnamed = `${graphTypes}.${process.pid}`
  await writeFile(unnamed, `${stampOf(sdl)}export type introspection = ${types}\n`)
  await rename(unnamed, graphTypes)
}

async function isBundleFresh() {
  if (!(await exists(entry))) return true
  const builtAt = Math.min(await changedAt(bundle), await changedAt(workerBundle))
  const inputs = await Promise.all(bundleInputs.map(lastChange))
  return builtAt > 0 && inputs.every(changed => changed <= builtAt)
}

async function buildBundle() {
  const startedAt = new Date()
  const esbuild = await import('esbuild')
  const options = {
    entryPoints: [entry, workerEntry],
    outdir: dirname(bundle),
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
    absWorkingDir: root,
  }
  // esbuild's service is a process of its own, which would stay as long as the gateway.
  const { outputFiles } = await esbuild.build(options).finally(() => esbuild.stop())
  await mkdir(chunks, { recursive: true })
  // The bundle last: when the new one is visible, its chunks and its map exist.
  for (const file of outputFiles.toSorted(
    (a, b) => Number(a.path === bundle) - Number(b.path === bundle),
  )) {
    const unnamed = `${file.path}.${process.pid}`
    await writeFile(unnamed, file.contents)
    // A source saved while esbuild read it is newer than this, and so is built again.
    await utimes(unnamed, startedAt, startedAt)
    await rename(unnamed, file.path)
  }
  await removeOldChunks(new Set(outputFiles.map(file => file.path)))
  console.error(`Built dist/main.js in ${Date.now() - startedAt.getTime()} ms`)
}

/**
 * Removes the chunks of builds before this one, but for those that a process which has just started
 * may still load.
 */
async function removeOldChunks(current) {
  const paths = (await readdir(chunks)).map(name => join(chunks, name))
  for (const path of paths.filter(path => !current.has(path))) {
    if (Date.now() - (await changedAt(path)) > OLD_CHUNK_MS) await rm(path, { force: true })
  }
}

/**
 * Waits until no other build runs in this checkout. The lock of a process that died is taken over.
 */
async function lock() {
  const path = inRoot('dist', '.build-lock')
  await mkdir(dirname(path), { recursive: true })
  const giveUpAt = Date.now() + LOCK_WAIT_MS
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' })
      return () => rm(path, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => 0))
    const age = Date.now() - (await changedAt(path))
    if ((owner > 0 && !isAlive(owner)) || (owner === 0 && age > 5_000))
      await rm(path, { force: true })
    else if (Date.now() > giveUpAt)
      throw new Error(`Process ${owner} is still building; if it is not, delete ${path}`)
    else await sleep(50)
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function run(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', chunk => {
      output += chunk
    })
    child.stderr.on('data', chunk => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve(undefined)
      else reject(new Error(`prisma generate failed:\n${output.trim()}`))
    })
  })
}

/**
 * When a file, or anything in a folder, last changed, in milliseconds. A folder counts too: that
 * shows a deletion.
 */
async function lastChange(path) {
  const info = await stat(path).catch(() => undefined)
  if (!info) return 0
  if (!info.isDirectory()) return info.mtimeMs
  const names = await readdir(path)
  return Math.max(
    info.mtimeMs,
    ...(await Promise.all(names.map(name => lastChange(join(path, name))))),
  )
}

function hashOf(...parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

async function changedAt(path) {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0
}

async function exists(path) {
  return (await stat(path).catch(() => undefined)) !== undefined
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await ensureBuilt()
