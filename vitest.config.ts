import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Under Vite `graphql` would be its .mjs build, a second instance beside the one that the
  // packages load.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/global-setup.ts',
    // Processes, not threads: some tests kill what they start, and the password hash is native
    // code.
    pool: 'forks',
    maxWorkers: 2,
    // The graph is built once in each process, not for each file: what a file changes of a module
    // it puts back.
    isolate: false,
    // Against hangs alone: tests that start servers take several times as long on a slow machine
    // with a busy disk.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
