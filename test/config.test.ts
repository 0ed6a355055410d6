import { describe, expect, it } from 'vitest'
import { readConfig } from '../src/config.ts'

describe('demo data', () => {
  it.each([
    [true, {}],
    [true, { HOST: 'localhost' }],
    [true, { HOST: '127.0.0.2' }],
    [true, { HOST: '::1' }],
    [false, { HOST: '0.0.0.0' }],
    [false, { HOST: '::' }],
    [false, { HOST: '192.168.1.2' }],
    [false, { HOST: '127.0.0.1.example.com' }],
    [true, { HOST: '0.0.0.0', MERIDIAN_DEMO: 'on' }],
    [false, { MERIDIAN_DEMO: 'off' }],
    [false, { NODE_ENV: 'production' }],
    [false, { NODE_ENV: 'production', MERIDIAN_DEMO: 'on' }],
  ])('are %s with %j', (demo, env) => {
    expect(readConfig(env).demo).toBe(demo)
  })
})

describe('the plan of new accounts', () => {
  it('is PRO unless the operator says otherwise', () => {
    expect(readConfig({}).defaultPlan).toBe('PRO')
    expect(readConfig({ MERIDIAN_DEFAULT_PLAN: 'FREE' }).defaultPlan).toBe('FREE')
    expect(() => readConfig({ MERIDIAN_DEFAULT_PLAN: 'free' })).toThrow('MERIDIAN_DEFAULT_PLAN: must be FREE or PRO')
  })
})
