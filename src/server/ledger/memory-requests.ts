/** What the memory ledger remembers of requests: each nonce and each kept reply is written once. */
import { QuancunError } from '../../errors.js';
import { LEDGER_BUSY, REQUEST_REPLAYED } from '../../signing/errors.js';
import type { RequestRecord } from './ledger.js';

/** The requests that were written down. */
export interface MemoryRequests {
  /** @throws REQUEST_REPLAYED, LEDGER_BUSY when another request with this key was first */
  expectNew(record: RequestRecord | undefined): void;
  write(record: RequestRecord | undefined): void;
}

/** Remembers none yet. */
export function memoryRequests(): MemoryRequests {
  const [nonces, replies] = [new Set<string>(), new Set<string>()];
  const namesOf = ({ nonce, reply }: RequestRecord = {}) => ({
    nonce: nonce && `${nonce.keyId} ${nonce.nonce}`,
    reply: reply && `${reply.keyId} ${reply.idempotencyKey}`,
  });
  return {
    expectNew: (record) => {
      const { nonce, reply } = namesOf(record);
      if (nonce !== undefined && nonces.has(nonce)) throw new QuancunError(REQUEST_REPLAYED);
      if (reply !== undefined && replies.has(reply)) throw new QuancunError(LEDGER_BUSY);
    },
    write: (record) => {
      const { nonce, reply } = namesOf(record);
      if (nonce !== undefined) nonces.add(nonce);
      if (reply !== undefined) replies.add(reply);
    },
  };
}
