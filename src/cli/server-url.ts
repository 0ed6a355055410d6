/**
 * The default server of commands: one that was started without settings.
 */
export const OURS = 'http://127.0.0.1:4000'
