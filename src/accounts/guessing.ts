import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Refusal } from '../refusal.ts'

/** Counts attempts at what can be guessed or abused without an account, in this process. */
export interface Attempts {
  /** @throws Refusal RATE_LIMITED when the key did this too often in the last minute. */
  count(what: 'logInToAccount' | 'logInFromAddress' | 'register', key: string): Promise<void>
}

/** A person mistypes a few times a minute; a program that guesses is held at these. */
export const perMinute = { logInToAccount: 10, logInFromAddress: 60, register: 60 }

export function countAttempts(limits = perMinute): Attempts {
  const limiters = {
    logInToAccount: new RateLimiterMemory({ points: limits.logInToAccount, duration: 60 }),
    logInFromAddress: new RateLimiterMemory({ points: limits.logInFromAddress, duration: 60 }),
    register: new RateLimiterMemory({ points: limits.register, duration: 60 }),
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
        })
      }
    },
  }
}
