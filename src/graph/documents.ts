import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'

// A document takes about fifty times its text, so this bounds what a cache holds, to some tens of megabytes.
const TEXT_KEPT = 1_000_000

/** Documents by their text, bounded by size: one long document weighs as much as a thousand short ones. */
export const documentCache = (): LRUCache<string, DocumentNode> =>
  new LRUCache({ maxSize: TEXT_KEPT, sizeCalculation: (_document, text) => text.length + 1 })
