/**
 * What cards say, recorded before any clock runs: a server's clock that stands still makes the time
 * in MAC2 known, and so the whole answer. The timed process only compares and sends.
 */
import { toHex, writeUint } from 'quancun/bytes';
import type { Env } from 'quancun';
import { CHINA_UTC_OFFSET_MINUTES, hostTime } from 'quancun/load';
import type { Authority, Step, VisitReport } from 'quancun/load';
import type { Hsm } from 'quancun/server';
import { createVirtualCard, personalise, type VirtualCard } from 'quancun/simulator';
import { readCard } from 'quancun/terminal';
import { simulatorTransport } from 'quancun/transport/simulator';

const AMOUNT_FEN = 1000;
const TERMINAL = '000440101001';
/** When every load of a bench happens. */
export const STANDING_MS = Date.UTC(2026, 2, 15, 2);

/** One load of one card: what it will say, and what it must be told in between. */
export interface Visit {
  readonly cardNumber: string;
  readonly init: string;
  readonly mac2: string;
  readonly credit: string;
}

/** A card whose loads can be recorded, one after the other. */
export interface RecordedCard {
  readonly cardNumber: string;
  readonly issueInformation: string;
  /** Records its next loads. */
  record(count: number): Promise<readonly Visit[]>;
}

/** The same environment with a clock that stands. */
export function standing(env: Env): Env {
  return { ...env, now: () => STANDING_MS };
}

/** Makes a card. `hsm` stands in for the authority while its loads are recorded. */
export async function openCard(number: number, hsm: Hsm): Promise<RecordedCard> {
  const cardNumber = `62012200${String(number).padStart(8, '0')}`;
  const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber }));
  const reading = await readCard(simulatorTransport(card));
  card.reset();
  exchange(card, '00A40000021001');
  return {
    cardNumber,
    issueInformation: toHex(reading.issueInformation),
    record: async (count) => {
      const visits: Visit[] = [];
      while (visits.length < count) visits.push(await recordOne(card, cardNumber, hsm));
      return visits;
    },
  };
}

async function recordOne(card: VirtualCard, cardNumber: string, hsm: Hsm): Promise<Visit> {
  exchange(card, '0020000006313233343536');
  const init = exchange(card, `805000020B01${toHex(writeUint(AMOUNT_FEN, 4))}${TERMINAL}10`);
  const { date, time } = hostTime(STANDING_MS, CHINA_UTC_OFFSET_MINUTES);
  const mac2 = await hsm.computeMac2({
    ...{ keyIndex: 1, issuerFactor: 'B8CACBE0', cardNumber },
    ...{ random: init.slice(16, 24), onlineAtc: Number.parseInt(init.slice(8, 12), 16) },
    ...{ transactionType: 2, amountFen: AMOUNT_FEN, terminal: TERMINAL, date, time },
  });
  const credit = exchange(card, `805200000B${date}${time}${mac2}04`);
  if (!credit.endsWith('9000')) throw new Error(`the card refused: ${init} ${credit}`);
  return { cardNumber, init, mac2, credit };
}

/** Orders that are paid already: their making is not measured. */
export async function prepay(
  authority: Authority,
  card: RecordedCard,
  count: number,
): Promise<string[]> {
  const created: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const { orderId } = await authority.createOrder({
      protocol: 1,
      idempotencyKey: `${card.cardNumber}-${crypto.randomUUID()}`,
      issueInformation: card.issueInformation,
      amountFen: AMOUNT_FEN,
      outlet: 'self',
    });
    created.push(orderId);
  }
  for (const orderId of created) {
    const transactionId = orderId;
    const paid = { protocol: 1, orderId, provider: 'cash', transactionId, amountFen: AMOUNT_FEN };
    await authority.confirmPayment(paid);
  }
  return created;
}

/** The two reports of a load, as a terminal sends them. */
export function reportsOf(visit: Visit, orderId: string): [VisitReport, VisitReport] {
  const base = { protocol: 1, orderId, cardNumber: visit.cardNumber };
  return [
    { ...base, evidence: { kind: 'initialized', terminal: TERMINAL, response: visit.init } },
    { ...base, evidence: { kind: 'credited', response: visit.credit } },
  ];
}

/** Whether a load went as recorded; otherwise it measured something else. */
export function expectLoaded(visit: Visit, first: Step, second: Step): void {
  if (first.do !== 'credit' || first.mac2 !== visit.mac2) {
    throw new Error(`not the MAC2 that was recorded: ${JSON.stringify(first)}`);
  }
  if (second.do !== 'stop' || second.state !== 'CREDITED') {
    throw new Error(`not credited: ${JSON.stringify(second)}`);
  }
}

function exchange(card: VirtualCard, hex: string): string {
  return toHex(card.exchange(new Uint8Array(Buffer.from(hex, 'hex'))));
}
