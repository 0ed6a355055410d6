import { callError } from '../../src/graph/call-error.ts'
import { graphql } from '../../src/graph/typed.ts'
import type { Caller } from '../dialect.ts'

export const GetPlan = graphql('query CalendarpaGetPlan { viewer { plan } }')

/** "Requires a Pro plan or higher." @throws CallError PLAN_REQUIRED. */
export async function requirePro({ execute }: Caller): Promise<void> {
  const { viewer } = await execute(GetPlan, {})
  if (viewer?.plan !== 'PRO') throw callError('PLAN_REQUIRED', 'The API needs the plan Pro.')
}
