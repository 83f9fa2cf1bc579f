/** A frozen order whose TAC turns out to be right: it was written, whatever people think. */
import { describe, expect, test } from 'vitest';
import type { Evidence, Release } from '../../src/load/index.js';
import {
  attempt,
  codeOf,
  init,
  issuedAt,
  payment,
  SHARED,
  situation,
  SOLE,
  tell,
} from './situations.js';

const say = (by: string, release: Release): Evidence => ({
  kind: 'release',
  request: { by, release },
});
const both = (release: Release): Evidence[] => [say('li', release), say('wang', release)];
const frozen = {
  ...issuedAt(7, { state: 'FROZEN', frozenFrom: 'HELD' }),
  payments: [payment('pos:1')],
};
const proved = (): ReturnType<typeof tell>['situation'] =>
  tell(frozen, [{ kind: 'tac', attempt: attempt(7) }], SOLE).situation;

describe('a frozen order whose TAC is right', () => {
  test('stays frozen, and remembers it', () => {
    expect(proved().order).toMatchObject({ state: 'FROZEN', creditedBy: 'tac' });
  });

  test.each(['refund', 'destroyed'] as const)('is not given back: %s is refused', (release) => {
    const told = tell(proved(), both(release), SOLE);
    expect(codeOf(told.decision)).toBe('RELEASE_REFUSED');
    expect(told.situation.order.state).toBe('FROZEN');
  });

  test.each(['resume', 'credited'] as const)('is credited by it: %s', (release) => {
    const { order, card } = tell(proved(), both(release), SOLE).situation;
    expect(order).toMatchObject({ state: 'CREDITED', creditedBy: 'tac' });
    expect(card).toMatchObject({ frozen: false, maxSeenAtc: 8 });
  });

  test('a TAC at another counter says nothing of it', () => {
    const other = tell(frozen, [{ kind: 'tac', attempt: attempt(6) }], SOLE).situation;
    expect(other.order.creditedBy).toBeUndefined();
  });
});

test('bound among several issuers, an order settles by TAC alone under a later policy too', () => {
  const paid = situation({ state: 'PAID' });
  const bound = tell(paid, [{ kind: 'init', init: init(7) }, { kind: 'lost' }], SHARED).situation;
  const { order } = tell(bound, [{ kind: 'init', init: init(8) }], SOLE).situation;
  expect(order).toMatchObject({ state: 'HELD', tacOnly: true });
});
