import { afterAll, beforeAll, describe, test } from 'vitest';
import { postgresStores } from '../../../src/server/ledger/postgres.js';
import { ledgerConformance } from '../../../src/testing/index.js';
import { createSchema, type RunningPostgres, startPostgres } from '../../support/postgres.js';

let postgres: RunningPostgres;
let schemas = 0;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

async function open() {
  const schema = `ledger_${String(process.pid)}_${String(++schemas)}`;
  await createSchema(postgres, schema);
  return (await postgresStores(postgres.pool(schema))).ledger;
}

describe('postgresStores', () => {
  for (const { name, run } of ledgerConformance(open)) test(name, run);
});
