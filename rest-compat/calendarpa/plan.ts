import { refusedFor } from '../../src/graph/call-error.ts'
import { graphql } from '../../src/graph/typed.ts'
import type { Caller } from '../dialect.ts'

export const GetPlan = graphql('query CalendarpaGetPlan { viewer { plan } }')

/** "Requires a Pro plan or higher." @throws Refused PLAN_REQUIRED. */
export async function needPro({ ask }: Caller): Promise<void> {
  const { viewer } = await ask(GetPlan, {})
  if (viewer?.plan !== 'PRO') throw refusedFor('PLAN_REQUIRED', 'The API needs the plan Pro.')
}
