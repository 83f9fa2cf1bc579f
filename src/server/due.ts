/**
 * What time alone moves on: an issued order that stands still is held, an unpaid one expires. Any
 * number of servers may do it at once: each decision is committed against what it was made from,
 * and whoever comes second finds nothing to do.
 */
import type { Env } from '../env.js';
import { type ErrorCode, isQuancunError } from '../errors.js';
import type { decide, LoadPolicy, OrderState } from '../load/index.js';
import type { Witness } from './journal/witness.js';
import type { Ledger } from './ledger/ledger.js';

/** How much is done at once. */
export interface TickDueOptions {
  /** Orders of each kind, at most. Default: 100. */
  readonly limit?: number;
}

/** What was done. */
export interface TickReport {
  /** Orders that were due. As many as the limit: there may be more. */
  readonly due: number;
  /** Orders that this call has moved; the others another one has moved meanwhile. */
  readonly moved: number;
  /** What did not work, and is due again the next time. */
  readonly problems: readonly { readonly orderId: string; readonly code: ErrorCode }[];
}

/** What it is done with. */
export interface DueParts {
  readonly ledger: Ledger;
  readonly env: Env;
  readonly decide: typeof decide;
  readonly witness: Pick<Witness, 'read' | 'commit'>;
}

/** Finds and decides. @throws whatever the ledger is away with */
export async function tickDue(
  parts: DueParts,
  policy: LoadPolicy,
  { limit = 100 }: TickDueOptions = {},
): Promise<TickReport> {
  const { ledger, env } = parts;
  const nowMs = env.now();
  const kinds: readonly (readonly [OrderState, number])[] = [
    ['ISSUED', policy.holdAfterMs],
    ['CREATED', policy.expireUnpaidAfterMs],
  ];
  let due = 0;
  let moved = 0;
  const problems: { readonly orderId: string; readonly code: ErrorCode }[] = [];
  for (const [state, idleMs] of kinds) {
    const orderIds = await ledger.findDue({ state, idleSinceMs: nowMs - idleMs, limit });
    due = Math.max(due, orderIds.length);
    for (const orderId of orderIds) {
      try {
        if (await moveOn(parts, policy, orderId)) moved += 1;
      } catch (error) {
        const code = isQuancunError(error) ? error.code : 'INTERNAL';
        if (code.startsWith('LEDGER_') && code !== 'LEDGER_BUSY') throw error;
        problems.push({ orderId, code });
      }
    }
  }
  return { due, moved, problems };
}

/** One order; whether it was this call that moved it. */
async function moveOn(
  { witness, env, decide }: DueParts,
  policy: LoadPolicy,
  orderId: string,
): Promise<boolean> {
  const snapshot = await witness.read(orderId);
  if (snapshot === undefined) return false;
  const { situation } = snapshot;
  const atMs = env.now();
  const decision = decide(situation, { evidence: { kind: 'clock' }, nowMs: atMs }, policy);
  if (decision.order === situation.order) return false;
  return witness.commit({ snapshot, decision, evidence: 'clock', atMs }, undefined);
}
