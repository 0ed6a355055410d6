/** What other rooms may use of routing forms. */
export { noteSubmitter } from './submit.ts'
