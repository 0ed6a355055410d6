import { SessionPayload } from '../accounts/schema.ts'
import { builder } from '../graph/builder.ts'
import { registerAndLogIn } from './register.ts'

const RegisterInput = builder.inputType('RegisterInput', {
  description: 'A new account.',
  fields: t => ({
    name: t.string({ required: true, description: 'Full name, at most 100 characters.' }),
    email: t.field({
      type: 'EmailAddress',
      required: true,
      description: 'Address to log in with.',
    }),
    password: t.string({ required: true, description: '8 to 200 characters.' }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Time zone of the account and its first schedule. Default UTC.',
    }),
    slug: t.string({ description: 'Slug of the booking page. By default derived from the name.' }),
    firstEventType: t.boolean({
      description: 'Whether to create a first event type of 30 minutes. Default true.',
    }),
  }),
})

builder.mutationField('register', t =>
  t.field({
    type: SessionPayload,
    description:
      'Creates an account and logs in. The account has a booking page, a schedule (Monday to Friday, 09:00 to 17:00) and, by default, a first event type. Public.',
    args: {
      input: t.arg({ type: RegisterInput, required: true, description: 'The new account.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ user: await registerAndLogIn(ctx, input) }),
  }),
)
