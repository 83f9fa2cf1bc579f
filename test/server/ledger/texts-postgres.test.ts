/** Texts of a caller: taken or refused by their shape, before money, the same on every ledger. */
import fc from 'fast-check';
import sqlite from 'node-sqlite3-wasm';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toHex } from '../../../src/bytes.js';
import { isQuancunError } from '../../../src/errors.js';
import { memoryLedger } from '../../../src/server/index.js';
import { postgresStores } from '../../../src/server/ledger/postgres.js';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { createTestAuthority, type TestAuthority } from '../../../src/testing/index.js';
import { issueInformation, orderRequest } from '../../support/http-messages.js';
import { manualEnv } from '../../support/manual-env.js';
import { createSchema, type RunningPostgres, startPostgres } from '../../support/postgres.js';

let postgres: RunningPostgres;
const folder = mkdtempSync(join(tmpdir(), 'quancun-texts-'));
const worlds: TestAuthority[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
  const schema = `texts_${String(process.pid)}`;
  await createSchema(postgres, schema);
  const lite = await sqliteStores(new sqlite.Database(join(folder, 'texts.db')));
  const big = await postgresStores(postgres.pool(schema, 4));
  for (const ledger of [memoryLedger(), lite.ledger, big.ledger]) {
    worlds.push(createTestAuthority({ env: manualEnv(), ledger }));
  }
}, 60_000);
afterAll(async () => {
  for (const { ledger } of worlds) await ledger.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What each of the three says: a code, or what it answered. */
async function onAll(ask: (world: TestAuthority) => Promise<unknown>): Promise<readonly unknown[]> {
  return Promise.all(
    worlds.map(async (world) => {
      try {
        return (await ask(world)) ?? null;
      } catch (error) {
        return isQuancunError(error) ? error.code : `no code: ${String(error)}`;
      }
    }),
  );
}

const AWKWARD = [
  '\0',
  '\ud800',
  '\udfff',
  '\u{1f697}',
  '甘',
  ':',
  ' ',
  '\u007f',
  "'",
  '\\',
  '\ufffe',
];
/** Short texts of plain and awkward characters; long ones near every limit. */
const text = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...AWKWARD), fc.constantFrom('A', '1', 'é')), {
      maxLength: 6,
    })
    .map((all) => all.join('')),
  fc
    .constantFrom('A', '甘', '\u{1f697}')
    .chain((one) =>
      fc.integer({ min: 60, max: 70 }).map((count) => one.repeat(count).slice(0, count)),
    ),
);

let count = 0;
const cases: Readonly<
  Record<string, (world: TestAuthority, said: string, at: number) => Promise<unknown>>
> = {
  'an idempotency key': async ({ authority }, said) =>
    (await authority.createOrder(orderRequest({ idempotencyKey: said }))).state,
  'an outlet': async ({ authority }, outlet, at) =>
    (await authority.createOrder(orderRequest({ outlet, idempotencyKey: `o${String(at)}` })))
      .outlet,
  'a receipt number': async (world, transactionId, at) =>
    (await world.authority.confirmPayment(await paymentOf(world, at, { transactionId }))).state,
  'a provider': async (world, provider, at) =>
    (await world.authority.confirmPayment(await paymentOf(world, at, { provider }))).state,
  "an order's number": ({ authority }, said) => authority.getOrder(said),
  "a cancelled order's number": ({ authority }, said) => authority.cancel(said),
  "a released order's number": ({ authority }, said) =>
    authority.release(said, { by: 'A', release: 'refund' }),
  'a card number': ({ authority }, said) => authority.findUnsettled(said),
  'who releases': async (world, by, at) => {
    const { orderId } = await world.authority.createOrder(
      orderRequest({ idempotencyKey: `w${String(at)}` }),
    );
    return world.authority.release(orderId, { by, release: 'refund' });
  },
  'what is released': async (world, said, at) => {
    const { orderId } = await world.authority.createOrder(
      orderRequest({ idempotencyKey: `v${String(at)}` }),
    );
    return world.authority.release(orderId, { by: 'A', release: said as 'refund' });
  },
  'a payment given back': async (world, said, at) => {
    const { orderId } = await world.authority.createOrder(
      orderRequest({ idempotencyKey: `r${String(at)}` }),
    );
    return world.authority.confirmRefund(orderId, `cash:${said}`);
  },
};

async function paymentOf({ authority }: TestAuthority, at: number, changes: object) {
  const { orderId } = await authority.createOrder(
    orderRequest({ idempotencyKey: `p${String(at)}` }),
  );
  await authority.cancel(orderId);
  return {
    ...{ protocol: 1, orderId, provider: 'cash', transactionId: `t${String(at)}` },
    ...{ amountFen: 10_000, ...changes },
  } as const;
}

test.each(Object.entries(cases))('%s', async (_name, ask) => {
  await fc.assert(
    fc.asyncProperty(text, async (said) => {
      count += 1;
      const at = count;
      const [memory, lite, big] = await onAll((world) => ask(world, said, at));
      expect([lite, big]).toEqual([memory, memory]);
      expect(String(memory)).not.toMatch(/^(no code|INTERNAL)/);
    }),
    { numRuns: 60 },
  );
});

test('whatever a card says is its plate', async () => {
  const info = issueInformation();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 12, maxLength: 12 }), async (plate) => {
      count += 1;
      const read = info.slice(0, 56) + toHex(plate) + info.slice(80);
      const key = `c${String(count)}`;
      const said = await onAll(async ({ authority, ledger }) => {
        const made = await authority.createOrder(
          orderRequest({ issueInformation: read, idempotencyKey: key }),
        );
        return (await ledger.read(made.orderId))?.situation.order.plate;
      });
      expect(said).toEqual([said[0], said[0], said[0]]);
      expect(String(said[0])).not.toMatch(/^(no code|INTERNAL)/);
    }),
    { numRuns: 60 },
  );
});
