import type { ExecutionArgs } from 'graphql'
import type { Context } from '../context.ts'

/** An operation, as a client sends it. */
export interface Operation {
  query: string
  variables?: Record<string, unknown> | null | undefined
  operationName?: string | null | undefined
}

/** The arguments of an operation whose document is valid. */
export type OperationArgs = ExecutionArgs & { contextValue: Context }
