/**
 * A database that forgets: memory tables with their history, under any number of servers. What the
 * servers see of it is the memory ledger itself; what happens to it is a disk put back to a copy.
 */
import type { Ledger } from '../../src/server/index.js';
import { type MemoryDatabase, memoryLedgerOn } from '../../src/server/ledger/memory.js';
import { emptyTables } from '../../src/server/ledger/memory-tables.js';
import { createMemoryEngine, emptyWitness } from '../../src/server/ledger/memory-witness.js';

/** After which write it forgets, how many of the last ones, and whether it looks restarted. */
export interface Loss {
  readonly afterWrite: number;
  readonly lose: number;
  readonly restarted: boolean;
}

/** The methods of a ledger that write. */
export const WRITES = [
  ...(['createOrder', 'restoreOrder', 'commit', 'beginEpoch', 'writeJournal'] as const),
  'writeLine',
] as const;

/** The database. */
export type ForgetfulDatabase = ReturnType<typeof forgetfulDatabase>;

/** Makes one. */
export function forgetfulDatabase() {
  const database: MemoryDatabase = { tables: emptyTables(), witness: emptyWitness() };
  const engine = createMemoryEngine();
  const history: MemoryDatabase[] = [structuredClone(database)];
  let armed: Loss | undefined;
  let breaksIn: number | undefined;
  let onLoss = (): void => undefined;

  const forget = (lose: number, restarted: boolean): void => {
    const kept = history.slice(0, Math.max(1, history.length - lose));
    history.splice(0, history.length, ...kept);
    const { tables, witness } = structuredClone(kept.at(-1) ?? database);
    Object.assign(database.tables, tables);
    Object.assign(database.witness, witness);
    if (restarted) engine.identity = `${engine.identity}'`;
  };
  const written = (): void => {
    history.push(structuredClone(database));
    if (armed === undefined || history.length - 1 < armed.afterWrite) return;
    const { lose, restarted } = armed;
    armed = undefined;
    forget(lose, restarted);
    onLoss();
  };
  return {
    engine,
    writes: () => history.length - 1,
    forget,
    /** Forgets by itself, the moment that write is done; the writer hears of nothing. */
    arm: (loss: Loss, told: () => void = () => undefined) => {
      armed = loss;
      onLoss = told;
    },
    /** From that write on nothing is written any more. */
    breakAt: (at: number | undefined): void => {
      breaksIn = at;
    },
    /** What one server process has open. */
    connect: (): Ledger => {
      const inner = memoryLedgerOn(database, engine);
      const wrapped: Record<string, unknown> = { ...inner };
      for (const name of WRITES) {
        const write = inner[name] as (...args: unknown[]) => Promise<unknown>;
        wrapped[name] = async (...args: unknown[]) => {
          if (breaksIn !== undefined && (breaksIn -= 1) <= 0)
            throw new Error('the database is away');
          const answer = await write(...args);
          written();
          return answer;
        };
      }
      return wrapped as unknown as Ledger;
    },
  };
}
