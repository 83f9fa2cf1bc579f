/** One authority, one card, and what a test may change between them. */
import type { Ledger } from '../../../src/server/index.js';
import { createAuthority, memoryJournal, memoryLedger } from '../../../src/server/index.js';
import type { AuthorityOptions } from '../../../src/server/service.js';
import { QuancunError } from '../../../src/errors.js';
import type { VisitReport } from '../../../src/load/index.js';
import { softHsm } from '../../../src/server/hsm/soft.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { load, readCard } from '../../../src/terminal/index.js';
import { TEST_KEY_SETS } from '../../../src/testing/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../../src/transport/index.js';
import { toHex } from '../../../src/bytes.js';
import { manualEnv } from '../../support/manual-env.js';

/** The card there is. */
export const CARD = '6201220000001234';

/** What an authority does for one request. */
type Acts = ReturnType<ReturnType<typeof createAuthority>['forRequest']>;

/** An authority over a ledger that may be changed on the way, and one card. */
export function office(
  options: Partial<AuthorityOptions> = {},
  change: (inner: Ledger) => Partial<Ledger> = () => ({}),
) {
  const env = manualEnv();
  const inner = memoryLedger();
  const ledger: Ledger = { ...inner, ...change(inner) };
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
  const journal = options.journal ?? memoryJournal();
  const authority = createAuthority({ ledger, hsm, env, ...options, journal });
  const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber: CARD, onlineAtc: 7 }));
  const insert = () => {
    card.reset();
    return withGetResponse(simulatorTransport(card));
  };
  let keys = 0;
  const order = async (acts: Acts = authority, key?: string, amountFen = 10_000) => {
    const { issueInformation } = await readCard(insert());
    keys += 1;
    const made = await acts.createOrder({
      ...{ protocol: 1, amountFen, outlet: 'self' },
      idempotencyKey: key ?? `key ${String(keys)}`,
      issueInformation: toHex(issueInformation),
    });
    return made.orderId;
  };
  const pay = (orderId: string, changes = {}, acts: Acts = authority) =>
    acts.confirmPayment({
      ...{ protocol: 1, orderId, provider: 'cash', transactionId: '1', amountFen: 10_000 },
      ...changes,
    });
  /** `watch` sees each report before the authority does, and may not pass it on. */
  const visit = (watch: (report: VisitReport) => Promise<void> = () => Promise.resolve()) => {
    const next = async (report: VisitReport) => {
      await watch(report);
      return authority.next(report);
    };
    const terminal = { terminal: '000440101001', pin: '123456' };
    return load({ transport: insert(), authority: { ...authority, next }, env, ...terminal });
  };
  /** An order whose MAC2 left, and of which nothing was heard since. */
  const issued = async () => {
    const orderId = await order();
    await pay(orderId);
    await visit((report) =>
      report.evidence.kind === 'credited' || report.evidence.kind === 'lost'
        ? Promise.reject(new QuancunError('TRANSPORT_LOST'))
        : Promise.resolve(),
    ).catch(() => undefined);
    return orderId;
  };
  const present = (orderId: string, cardNumber = CARD) =>
    authority.next({ protocol: 1, orderId, cardNumber, evidence: { kind: 'present' } });
  return { env, ledger, journal, authority, card, order, pay, visit, issued, present };
}
