/** The people who booked with a host: what other rooms call. */
export { type Booker, rememberContact } from './remember.ts'
export { contactSnapshot } from './snapshot.ts'
