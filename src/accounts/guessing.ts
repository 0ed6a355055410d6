import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Refusal } from '../refusal.ts'

/** Counts attempts at what can be guessed or abused without an account, in this process. */
export interface Attempts {
  /** @throws Refusal RATE_LIMITED when the key did this too often in the last minute. */
  count(what: keyof typeof perMinute, key: string): Promise<void>
}

/**
 * A person mistypes a few times a minute; a program that guesses is held at these. Guesses at an account count for each
 * address by itself, so that nobody is locked out by another; all of them together count to a higher limit.
 */
export const perMinute = {
  logInToAccountFromAddress: 10,
  logInToAccount: 100,
  logInFromAddress: 60,
  register: 60,
  reserve: 30,
  submitForm: 30,
  askForToken: 20,
  askAssistant: 60,
  askAssistantInSession: 20,
  lookAtPage: 120,
  sendForm: 20,
}

export function countAttempts(limits = perMinute): Attempts {
  const limiterOf = (points: number) => new RateLimiterMemory({ points, duration: 60 })
  const limiters = {
    logInToAccountFromAddress: limiterOf(limits.logInToAccountFromAddress),
    logInToAccount: limiterOf(limits.logInToAccount),
    logInFromAddress: limiterOf(limits.logInFromAddress),
    register: limiterOf(limits.register),
    reserve: limiterOf(limits.reserve),
    submitForm: limiterOf(limits.submitForm),
    askForToken: limiterOf(limits.askForToken),
    askAssistant: limiterOf(limits.askAssistant),
    askAssistantInSession: limiterOf(limits.askAssistantInSession),
    lookAtPage: limiterOf(limits.lookAtPage),
    sendForm: limiterOf(limits.sendForm),
  }
  return {
    async count(what, key) {
      try {
        await limiters[what].consume(key)
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error
        const retryAfterSeconds = Math.ceil(error.msBeforeNext / 1000)
        throw new Refusal('RATE_LIMITED', `Too many attempts; come back in ${retryAfterSeconds} seconds.`, {
          retryAfterSeconds,
          limit: limits[what],
        })
      }
    },
  }
}
