import { z } from 'zod'
import { type Account, findAccount, listAccounts, setPlan } from '../accounts/operator.ts'
import { register } from '../registration/register.ts'
import { newToken } from '../secrets.ts'
import { actAs } from './act-as.ts'
import { command, flag } from './command.ts'
import { withDeps } from './deps.ts'

const plan = z.enum(['FREE', 'PRO'], 'must be FREE or PRO')

export const userCreate = command({
  about: 'creates an account with a booking page, a schedule and a first event type',
  details: 'Prints the account, and the password if it was generated. It is shown only once.',
  flags: z.object({
    email: flag(z.string(), { value: 'ADDRESS', about: 'what it logs in with' }),
    name: flag(z.string(), { value: 'NAME', about: 'full name' }),
    password: flag(z.string().optional(), {
      value: 'PASSWORD',
      about: 'default: a generated one; arguments are visible in the list of processes',
    }),
    timeZone: flag(z.string().optional(), {
      value: 'ZONE',
      about: 'such as Europe/Berlin; default UTC',
    }),
    plan: flag(plan.optional(), {
      value: 'PLAN',
      about: 'FREE or PRO; default MERIDIAN_DEFAULT_PLAN',
    }),
    slug: flag(z.string().optional(), {
      value: 'SLUG',
      about: 'first segment of its booking links; default: derived from the name',
    }),
  }),
  act: ({ plan, ...account }, env) =>
    withDeps(env, async deps => {
      const password = account.password ?? newToken('').slice(0, 24)
      const { email } = await register(actAs(deps, null), { ...account, password }, plan)
      return {
        ...shown(await findAccount(deps, email)),
        ...(account.password === undefined && { password }),
      }
    }),
})

export const userList = command({
  about: 'lists accounts, the oldest first',
  details: 'Answers {"users": […], "totalCount": …}.',
  flags: z.object({
    email: flag(z.string().optional(), {
      value: 'PART',
      about: 'only those whose address has this in it',
    }),
    limit: flag(z.coerce.number('must be a whole number').default(100), {
      value: 'NUMBER',
      about: 'maximum number, 1 to 1000; default 100',
    }),
  }),
  act: (search, env) =>
    withDeps(env, async deps => {
      const { accounts, totalCount } = await listAccounts(deps, search)
      return { users: accounts.map(shown), totalCount }
    }),
})

export const userSetPlan = command({
  about: 'changes what an account pays for, within ten seconds',
  flags: z.object({
    email: flag(z.string(), { value: 'ADDRESS', about: 'whose plan' }),
    plan: flag(plan, { value: 'PLAN', about: 'FREE or PRO' }),
  }),
  act: ({ email, plan }, env) =>
    withDeps(env, async deps => shown(await setPlan(deps, email, plan))),
})

const shown = ({ uid, email, name, timeZone, plan, page, createdAt }: Account) => ({
  id: uid,
  email,
  name,
  timeZone,
  plan,
  slug: page?.slug ?? null,
  createdAt,
})
