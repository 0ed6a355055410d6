/**
 * The server that a command goes to unless it is told another: one that was started without
 * settings.
 */
export const OURS = 'http://127.0.0.1:4000'
