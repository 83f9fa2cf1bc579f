/** A database that was restored in part: what carries exactly-once is missed when it is opened. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresStores } from '../../../src/server/ledger/postgres.js';
import { createSchema, type RunningPostgres, startPostgres } from '../../support/postgres.js';

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe('postgresStores', () => {
  test.each([
    ['ALTER TABLE payment DROP CONSTRAINT payment_pkey', 'payment transaction_id'],
    ['ALTER TABLE settlement DROP CONSTRAINT settlement_pkey', 'settlement order_id'],
    ['DROP INDEX order_open', 'load_order card_number'],
    ['DROP INDEX binding_live', 'binding order_id'],
    ['ALTER TABLE slip DROP CONSTRAINT slip_pkey', 'slip number,order_id'],
    ['DROP TRIGGER refund_once ON payment', 'payment refund_once'],
    ['DROP TRIGGER day_kept ON day_close', 'day_close day_kept'],
  ])('%s', async (damage, missing) => {
    const schema = `part_${missing.replace(/\W/g, '_')}`;
    await createSchema(postgres, schema);
    const { ledger } = await postgresStores(postgres.pool(schema));
    await ledger.expectWhole?.();
    await ledger.close();
    const pool = postgres.pool(schema);
    await pool.query(damage);
    await expect(postgresStores(pool)).rejects.toMatchObject({
      code: 'LEDGER_INCOMPLETE',
      details: { missing },
    });
    await pool.end();
  });
});
