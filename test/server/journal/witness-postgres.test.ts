/** A real PostgreSQL that becomes another one than before, under two servers that run. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Journal, Ledger } from '../../../src/server/index.js';
import { postgresStores } from '../../../src/server/ledger/postgres.js';
import { lastingJournal, lostWorld } from '../../support/lost-world.js';
import { type OwnPostgres, ownPostgres, untilDone } from '../../support/own-postgres.js';

const CARDS = ['6201220000000001', '6201220000000002', '6201220000000003'] as const;
const TABLES = [
  ...(['card', 'load_order', 'binding', 'attempt', 'payment', 'settlement'] as const),
  ...(['transfer', 'audit_event', 'journal', 'ledger_state'] as const),
];

let postgres: OwnPostgres;
let database = '';
let databases = 0;
beforeAll(async () => {
  postgres = await ownPostgres();
}, 120_000);
afterAll(() => postgres.stop());
beforeEach(async () => {
  databases += 1;
  database = `orders${String(databases)}`;
  await postgres.admin(`CREATE DATABASE ${database}`);
});

let opened: Ledger[] = [];
afterEach(async () => {
  for (const ledger of opened) await ledger.close();
  opened = [];
});

async function openWorld() {
  const ledgers = new Map<string, Ledger>();
  for (const name of ['A', 'B', 'C']) {
    ledgers.set(name, (await postgresStores(postgres.pool(database))).ledger);
  }
  opened = [...ledgers.values()];
  const journals = new Map<string, Journal>();
  const world = lostWorld(
    {
      connect: (name) => ledgers.get(name) as Ledger,
      journal: (name) => {
        const one = journals.get(name) ?? lastingJournal(name);
        journals.set(name, one);
        return one;
      },
    },
    { policy: { issuer: 'shared' } },
  );
  const [A, B] = [world.server('A'), world.server('B')];
  for (const one of [A, B, A]) await one.authority.open();
  return { world, A, B, ledgers };
}

/** Two loads after the copy was taken; what came of them when the copy is in its place. */
async function tell(takeCopy: () => Promise<void>, putBack: () => Promise<void>) {
  const { world, A, B } = await openWorld();
  const customers = CARDS.map((cardNumber) => world.customer(cardNumber));
  const [first, second, third] = customers as [
    (typeof customers)[0],
    (typeof customers)[0],
    (typeof customers)[0],
  ];
  await first?.recharge(A, 'R0');
  await takeCopy();
  await untilDone(() => A.authority.open());
  await untilDone(() => B.authority.open());
  await first?.recharge(A, 'R1', 'answer-lost').catch(() => undefined);
  await second?.recharge(B, 'R1');
  expect([first?.credits(), second?.credits()]).toEqual([2, 1]);
  await putBack();
  // B is asked for the order of A before A was ever asked anything again, and the other way round.
  for (const [one, server] of [
    [first, B],
    [second, A],
    [third, B],
    [first, A],
    [second, B],
    [third, A],
  ] as const) {
    for (let tries = 0; tries < 3; tries += 1) {
      const done = await one?.recharge(server, 'R1').catch(() => undefined);
      if (done?.outcome === 'credited') break;
    }
  }
  await untilDone(() => A.authority.open());
  await untilDone(() => B.authority.open());
  const ends = [];
  for (const one of customers) {
    const done = await one.recharge(A, 'R1');
    ends.push([done.outcome, one.credits()]);
  }
  const events = (await A.ledger.events()).map(({ evidence }) => evidence);
  for (const one of [A, B]) await one.authority.close();
  return { ends, repairs: events.filter((one) => one === 'repair-issue').length };
}

const ALL_CREDITED = [
  ['credited', 2],
  ['credited', 1],
  ['credited', 1],
];

describe('another database than before', () => {
  test('the data folder of a minute ago', async () => {
    const { ends, repairs } = await tell(
      () => postgres.snapshot(),
      () => postgres.putBack(),
    );
    expect(ends).toEqual(ALL_CREDITED);
    expect(repairs).toBe(2);
  });

  test('a restart loses nothing, and all goes on', async () => {
    const { ends, repairs } = await tell(
      () => postgres.restart(),
      () => postgres.restart(),
    );
    expect(ends).toEqual(ALL_CREDITED);
    expect(repairs).toBe(0);
  });

  test('a copy of the database under its name', async () => {
    const { ends, repairs } = await tell(
      () => postgres.admin(kick(), `CREATE DATABASE ${database}_copy TEMPLATE ${database}`),
      () =>
        postgres.admin(
          kick(),
          `ALTER DATABASE ${database} RENAME TO ${database}_old`,
          `ALTER DATABASE ${database}_copy RENAME TO ${database}`,
        ),
    );
    expect(ends).toEqual(ALL_CREDITED);
    expect(repairs).toBe(2);
  });

  test('tables dropped and made again from a dump', async () => {
    const pool = postgres.pool(database);
    const { ends, repairs } = await tell(
      async () => {
        await pool.query('CREATE SCHEMA kept');
        for (const table of TABLES) {
          await pool.query(`CREATE TABLE kept.${table} (LIKE public.${table} INCLUDING ALL)`);
          await pool.query(
            `INSERT INTO kept.${table} OVERRIDING SYSTEM VALUE SELECT * FROM public.${table}`,
          );
        }
        await pool.query(
          `SELECT setval(pg_get_serial_sequence('kept.audit_event', 'sequence'), 1000)`,
        );
      },
      async () => {
        // As a dump has them: after the rows, the triggers that stood on the tables.
        const { rows } = await pool.query<{ made: string }>(
          `SELECT pg_get_triggerdef(t.oid) AS made FROM pg_trigger t
            JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal AND relname = ANY($1)`,
          [TABLES],
        );
        await pool.query(
          [
            'BEGIN',
            'DROP TABLE transfer',
            ...TABLES.filter((one) => one !== 'transfer').map(
              (table) => `DROP TABLE public.${table}`,
            ),
            ...TABLES.map((table) => `ALTER TABLE kept.${table} SET SCHEMA public`),
            ...rows.map(({ made }) => made),
            'COMMIT',
          ].join(';'),
        );
      },
    );
    expect(ends).toEqual(ALL_CREDITED);
    expect(repairs).toBe(2);
  });

  test('tables emptied and filled again', async () => {
    const pool = postgres.pool(database);
    const { ends, repairs } = await tell(
      async () => {
        await pool.query('CREATE SCHEMA kept');
        for (const table of TABLES)
          await pool.query(`CREATE TABLE kept.${table} AS TABLE public.${table}`);
      },
      async () => {
        const fill = TABLES.map(
          (table) =>
            `INSERT INTO public.${table} OVERRIDING SYSTEM VALUE SELECT * FROM kept.${table}`,
        );
        await pool.query(['BEGIN', `TRUNCATE ${TABLES.join(', ')}`, ...fill, 'COMMIT'].join(';'));
      },
    );
    expect(ends).toEqual(ALL_CREDITED);
    expect(repairs).toBe(2);
  });

  test('a standby that is promoted without the last commits', async () => {
    const { ends, repairs } = await tell(
      () => postgres.snapshot(),
      () => postgres.failOver(),
    );
    expect(ends).toEqual(ALL_CREDITED);
    expect(repairs).toBe(2);
  });
});

/** Ends everybody's connections to the database of this test. */
function kick(): string {
  return `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`;
}

describe('who is there', () => {
  test('a journal is live while its server runs, and not afterwards', async () => {
    const { A, B, ledgers } = await openWorld();
    const live = async () => [...(await A.ledger.readWitness()).live].sort();
    expect(await live()).toEqual([A.journal.journalId, B.journal.journalId].sort());
    const other = ledgers.get('C') as Ledger;
    await expect(other.holdJournal(B.journal.journalId, 'B')).rejects.toMatchObject({
      code: 'JOURNAL_IN_USE',
    });
    await B.authority.close();
    expect(await live()).toEqual([A.journal.journalId]);
  });

  test('the locks are taken again when their connection was ended', async () => {
    const { A } = await openWorld();
    await postgres.admin(kick());
    await untilDone(async () => {
      expect((await A.ledger.readWitness()).live).toContain(A.journal.journalId);
    });
  });
});
