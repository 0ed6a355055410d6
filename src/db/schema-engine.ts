// Prisma's schema engine, the part of Prisma that writes and compares schemas, as WebAssembly: the
// same that `prisma migrate` runs natively, without a download.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  isDriverAdapterError,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'
import pg from 'pg'

/**
 * Runs `work` with a schema engine on a database.
 *
 * @param toScript what is sent to the server for a script of the engine
 */
export async function withSchemaEngine<T>(
  url: string,
  work: (engine: SchemaEngine) => Promise<T>,
  { toScript = sql => sql }: { toScript?: (sql: string) => string } = {},
): Promise<T> {
  const pool = new pg.Pool({ connectionString: url, max: 2, application_name: 'meridian migrate' })
  pool.on('error', () => {})
  try {
    const { SchemaEngine } = await load()
    const engine = await SchemaEngine.new(
      { datamodels: undefined },
      () => {},
      bindMigrationAwareSqlAdapterFactory(migrationAdapter(pool, toScript)),
    )
    try {
      return await work(engine)
    } finally {
      engine.free()
    }
  } finally {
    await pool.end()
  }
}

declare global {
  /** The engine of this process: its glue knows one, however often this module is loaded. */
  var meridianSchemaEngine: ReturnType<typeof instantiate> | undefined
}

function load(): ReturnType<typeof instantiate> {
  globalThis.meridianSchemaEngine ??= instantiate()
  return globalThis.meridianSchemaEngine
}

// Node 20 cannot import a .wasm file, so what its bundler glue would do is done here.
async function instantiate() {
  const require = createRequire(import.meta.url)
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const path = require
    .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    .replace(/\.js$/, '.wasm')
  const { instance } = await WebAssembly.instantiate(await readFile(path), {
    './schema_engine_bg.js': { ...glue },
  })
  const start = instance.exports.__wbindgen_start
  if (typeof start !== 'function')
    throw new Error(`${path} is not the schema engine that this code knows`)
  glue.__wbg_set_wasm(instance.exports)
  start()
  return glue
}

// PrismaPg does not know Postgres's internal type "char", in which the catalogue keeps, for one,
// what a foreign key does on delete. The query is put again with those columns as text, and the
// answer says what they are.
async function queryWithChars(
  pool: pg.Pool,
  query: SqlQuery,
  queryRaw: (query: SqlQuery) => Promise<SqlResultSet>,
): Promise<SqlResultSet> {
  const { fields } = await pool.query(query.sql, query.args)
  const isChar = fields.map(({ dataTypeID }) => dataTypeID === pg.types.builtins.CHAR)
  const columns = fields.map(
    ({ name }, i) => pg.escapeIdentifier(name) + (isChar[i] ? '::text' : ''),
  )
  const sql = `select ${columns.join(', ')} from (${query.sql.trim().replace(/;$/, '')}) as answer`
  const answer = await queryRaw({ ...query, sql })
  const columnTypes = answer.columnTypes.map((type, i) =>
    isChar[i] ? ColumnTypeEnum.Character : type,
  )
  return { ...answer, columnTypes }
}

// PrismaPg cuts a script at every semicolon, those in comments and function bodies too, and sends
// each piece over any connection. Here a script goes to the server whole, which makes it one
// transaction: a migration that fails leaves nothing behind.
function migrationAdapter(
  pool: pg.Pool,
  toScript: (sql: string) => string,
): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPg(pool)
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect() {
      const adapter = await factory.connect()
      adapter.executeScript = async sql => {
        await adapter.executeRaw({ sql: toScript(sql), args: [], argTypes: [] })
      }
      const queryRaw = adapter.queryRaw.bind(adapter)
      adapter.queryRaw = query =>
        queryRaw(query).catch(async error => {
          if (!isDriverAdapterError(error) || error.cause.kind !== 'UnsupportedNativeDataType')
            throw error
          return queryWithChars(pool, query, queryRaw)
        })
      return adapter
    },
    connectToShadowDb() {
      // PrismaPg would connect to the main database when it is given a URL.
      throw new Error('No shadow database is used here')
    },
  }
}
