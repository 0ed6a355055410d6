import { defineConfig } from 'prisma/config'

// Prisma's commands look for a native schema engine and download it when it is missing. `generate`,
// `validate` and `format` never run it, so any program that exists will do. `migrate` needs the
// real one: unset this where it is.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(process.env.DATABASE_URL ? { datasource: { url: process.env.DATABASE_URL } } : {}),
})
