/**
 * Visits of simulated cards, recorded before anything is timed: at a fixed moment of the server's
 * clock the same keys and cards make the same MAC2 and the same TAC, whatever the ledger.
 */
import { toHex, writeUint } from 'quancun/bytes';
import { type Env, envFrom } from 'quancun';
import type { Authority } from 'quancun/load';
import { createAuthority, memoryJournal, memoryLedger, softHsm } from 'quancun/server';
import { createVirtualCard, personalise, type VirtualCard } from 'quancun/simulator';
import { readCard } from 'quancun/terminal';
import { TEST_KEY_SETS } from 'quancun/testing';
import { simulatorTransport } from 'quancun/transport/simulator';

const AMOUNT_FEN = 1000;
const TERMINAL = '000440101001';
/** 2026-01-15 10:00 in China: the moment of every visit. */
const AT_MS = 1_768_442_400_000;

/** What a card answered in one visit. */
interface Visit {
  readonly init: string;
  readonly mac2: string;
  readonly credit: string;
}

/** A card and its visits, in the order of its counter. */
export interface RecordedCard {
  readonly cardNumber: string;
  readonly issueInformation: string;
  readonly visits: readonly Visit[];
}

/** The clock of recording and replay. */
export const recordedEnv: Env = { ...envFrom(globalThis), now: () => AT_MS };

/** The HSM of both. */
export const recordedHsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });

/** Lets a card load `count` times, on a ledger in memory. */
export async function recordCard(number: number, count: number): Promise<RecordedCard> {
  const cardNumber = `62012200${String(number).padStart(8, '0')}`;
  const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber }));
  const issueInformation = toHex((await readCard(simulatorTransport(card))).issueInformation);
  card.reset();
  exchange(card, '00A40000021001');
  const authority = createAuthority({
    ledger: memoryLedger(),
    journal: memoryJournal(),
    hsm: recordedHsm,
    env: recordedEnv,
    policy: { issuer: 'sole' },
  });
  const visits: Visit[] = [];
  for (let made = 0; made < count; made += 1) {
    const [orderId = ''] = await prepay(authority, { cardNumber, issueInformation }, [made]);
    const base = { protocol: 1, orderId, cardNumber };
    exchange(card, '0020000006313233343536');
    const init = exchange(card, `805000020B01${toHex(writeUint(AMOUNT_FEN, 4))}${TERMINAL}10`);
    const evidence = { kind: 'initialized', terminal: TERMINAL, response: init } as const;
    const step = await authority.next({ ...base, evidence });
    if (step.do !== 'credit') throw new Error(`no MAC2: ${JSON.stringify(step)}`);
    const credit = exchange(card, `805200000B${step.date}${step.time}${step.mac2}04`);
    await authority.next({ ...base, evidence: { kind: 'credited', response: credit } });
    visits.push({ init, mac2: step.mac2, credit });
  }
  return { cardNumber, issueInformation, visits };
}

/** Makes and pays an order for each of these visits: that is not measured. */
export async function prepay(
  authority: Authority,
  { cardNumber, issueInformation }: Pick<RecordedCard, 'cardNumber' | 'issueInformation'>,
  visits: readonly number[],
): Promise<string[]> {
  const created: string[] = [];
  for (const visit of visits) {
    const { orderId } = await authority.createOrder({
      ...{ protocol: 1, idempotencyKey: `${cardNumber}-${String(visit)}`, issueInformation },
      ...{ amountFen: AMOUNT_FEN, outlet: 'self' },
    });
    created.push(orderId);
  }
  for (const orderId of created) {
    const payment = { provider: 'cash', transactionId: orderId, amountFen: AMOUNT_FEN };
    await authority.confirmPayment({ protocol: 1, orderId, ...payment });
  }
  return created;
}

/** One load: the card's INIT, the MAC2 it once took, and its TAC. */
export async function replayVisit(
  authority: Authority,
  { cardNumber, visits }: RecordedCard,
  visit: number,
  orderId: string,
): Promise<void> {
  const recorded = visits[visit];
  if (recorded === undefined) throw new Error('this visit was not recorded');
  const base = { protocol: 1, orderId, cardNumber };
  const init = { kind: 'initialized', terminal: TERMINAL, response: recorded.init } as const;
  const step = await authority.next({ ...base, evidence: init });
  if (step.do !== 'credit' || step.mac2 !== recorded.mac2) {
    throw new Error(`not the MAC2 of the recording: ${JSON.stringify(step)}`);
  }
  const credited = { kind: 'credited', response: recorded.credit } as const;
  const end = await authority.next({ ...base, evidence: credited });
  if (end.do !== 'stop' || end.state !== 'CREDITED') throw new Error('not credited');
}

function exchange(card: VirtualCard, hex: string): string {
  return toHex(card.exchange(new Uint8Array(Buffer.from(hex, 'hex'))));
}
