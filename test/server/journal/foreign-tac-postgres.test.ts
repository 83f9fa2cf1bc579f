/** Cards' answers in another journal than their issue's, over SQLite and a real PostgreSQL. */
import { afterAll, beforeAll, describe } from 'vitest';
import {
  type ForgetfulSql,
  forgetfulPostgres,
  forgetfulSqlite,
} from '../../support/forgetful-sql.js';
import { createSchema, type RunningPostgres, startPostgres } from '../../support/postgres.js';
import { tellForeignTacs } from './foreign-tac-stories.js';

let database: ForgetfulSql;

describe('SQLite', () => {
  beforeAll(async () => {
    database = await forgetfulSqlite();
  });
  afterAll(() => database.close());
  tellForeignTacs(() => database.open());
});

describe('PostgreSQL', () => {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
    const schema = `foreign_tac_${String(process.pid)}`;
    await createSchema(postgres, schema);
    database = await forgetfulPostgres(() => postgres.pool(schema));
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });
  tellForeignTacs(() => database.open());
});
