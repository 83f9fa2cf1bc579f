/** A ledger that has issued and knows no journal: whoever brings a new one may have mistyped. */
import { describe, expect, test } from 'vitest';
import { decide, DEFAULT_POLICY, type Order } from '../../../src/load/index.js';
import { type Journal, type Ledger, memoryLedger } from '../../../src/server/index.js';
import { compare } from '../../../src/server/journal/compare.js';
import { lastingJournal } from '../../support/lost-world.js';
import { manualEnv } from '../../support/manual-env.js';

const env = manualEnv();

/** A ledger with one order, and the comparison of a journal with it. */
function ledgerWith(state: Order['state']) {
  const inner = memoryLedger();
  const ledger: Ledger = {
    ...inner,
    counts: () => Promise.resolve([{ state, count: 1, oldestUpdatedAtMs: 1 }]),
  };
  const open = async (journal: Journal, newJournal = false): Promise<string> => {
    const rules = { env, decide, policy: DEFAULT_POLICY, newJournal };
    try {
      await compare({ ledger, journal, memory: { known: new Map() }, ...rules });
      return 'opened';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  };
  return { inner, open };
}
const forgotten = (): Journal => ({ ...lastingJournal('E'), ephemeral: true });

describe('a new journal for a ledger that knows none', () => {
  test.each(['ISSUED', 'HELD', 'VOIDING', 'CREDITED', 'FROZEN'] as const)(
    'is refused where an order is %s, unless it is meant or is forgotten with its process',
    async (state) => {
      expect(await ledgerWith(state).open(lastingJournal('A'))).toBe('JOURNAL_MISSING');
      expect(await ledgerWith(state).open(lastingJournal('A'), true)).toBe('opened');
      expect(await ledgerWith(state).open(forgotten())).toBe('opened');
      const { ephemeral: _said, ...plain } = lastingJournal('A');
      expect(await ledgerWith(state).open(plain)).toBe('JOURNAL_MISSING');
    },
  );

  test.each(['CREATED', 'TAKING', 'PAID', 'REFUND_DUE', 'REFUNDED', 'EXPIRED'] as const)(
    'is its first where an order is %s: no MAC2 has left for it',
    async (state) => {
      expect(await ledgerWith(state).open(lastingJournal('A'))).toBe('opened');
    },
  );

  test('is refused beside one that is forgotten, and is one more beside one that lasts', async () => {
    const world = ledgerWith('CREDITED');
    expect(await world.open(forgotten())).toBe('opened');
    expect(await world.open(lastingJournal('A'))).toBe('JOURNAL_MISSING');
    const first = lastingJournal('B');
    expect(await world.open(first, true)).toBe('opened');
    await world.inner.holdJournal(first.journalId, 'B');
    expect(await world.open(lastingJournal('C'))).toBe('opened');
  });

  test('that has lines brings them: it is the one that is wanted', async () => {
    const journal = lastingJournal('A');
    await journal.append({ kind: 'seal', atMs: 1 });
    expect(await ledgerWith('CREDITED').open(journal)).toBe('opened');
  });
});
