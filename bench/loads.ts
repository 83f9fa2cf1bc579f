/** Loads of an authority: planned before any clock runs, and run by some clients at a time. */
import { envFrom } from 'quancun';
import type { Authority } from 'quancun/load';
import {
  type BackOffice,
  createAuthority,
  type Hsm,
  type Journal,
  type Ledger,
  softHsm,
} from 'quancun/server';
import { TEST_KEY_SETS } from 'quancun/testing';
import { expectLoaded, openCard, prepay, reportsOf, standing, type Visit } from './visits.js';

/** An authority that is measured. */
export interface Measured {
  readonly authority: Authority & BackOffice;
  readonly hsm: Hsm;
}

/** An authority whose clock stands, so that what cards answer can be recorded. */
export function measured(
  ledger: Ledger,
  journal: Journal,
  hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS }),
): Measured {
  const env = standing(envFrom(globalThis));
  const policy = { issuer: 'sole' } as const;
  return { authority: createAuthority({ ledger, journal, hsm, env, policy }), hsm };
}

/** New cards each turn, with their orders paid and their answers recorded. */
export async function prepareLoads(
  { authority, hsm }: Measured,
  terminals: number,
  share: number,
): Promise<(client: number, count: number) => Promise<void>> {
  const plans = await planLoads({ authority, hsm }, terminals, share);
  return async (client, count) => {
    const { visit, orderId } = plans[client]?.[count] as PlannedLoad;
    const [first, second] = reportsOf(visit, orderId);
    expectLoaded(visit, await authority.next(first), await authority.next(second));
  };
}

/** A load that is about to be measured. */
export interface PlannedLoad {
  readonly visit: Visit;
  readonly orderId: string;
}

let cards = 0;

/** The loads of each client. */
export async function planLoads(
  { authority, hsm }: Measured,
  terminals: number,
  share: number,
): Promise<PlannedLoad[][]> {
  return Promise.all(
    Array.from({ length: terminals }, async () => {
      const card = await openCard((cards += 1), hsm);
      const visits = await card.record(share);
      const orders = await prepay(authority, card, share);
      return visits.map((visit, at) => ({ visit, orderId: orders[at] ?? '' }));
    }),
  );
}

/** Runs `count` pieces of work for each client, the clients at the same time. */
export async function rate(
  clients: number,
  count: number,
  work: (client: number, count: number) => Promise<void>,
): Promise<number> {
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_none, client) => {
      for (let done = 0; done < count; done += 1) await work(client, done);
    }),
  );
  return (clients * count) / ((performance.now() - startMs) / 1000);
}
