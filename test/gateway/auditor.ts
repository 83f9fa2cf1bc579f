/**
 * Holds the provider's books against the ledger's tables, and both against what cards accepted. It
 * shares no code with what it audits.
 */
import type { WechatPayServer } from '../../src/testing/providers/index.js';

export type Row = Readonly<Record<string, unknown>>;
type Provider = ReturnType<WechatPayServer['books']>;

/** What was found, in fen. */
export interface Money {
  readonly takenFen: number;
  readonly returnedFen: number;
  readonly loadedFen: number;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : String(value));
const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);

/** What must hold at every moment, by the provider's books and the cards alone. */
export function auditMoment(provider: Provider, loadedFen: number): readonly string[] {
  const wrong: string[] = [];
  const { takenFen, returnedFen } = provider;
  if (returnedFen + loadedFen > takenFen) wrong.push('more went out than came in');
  const paid = new Map(
    provider.orders.flatMap(({ payment }) =>
      payment === undefined ? [] : [[payment.transactionId, payment.totalFen] as const],
    ),
  );
  const back = new Map<string, number>();
  for (const { transactionId, refundFen, status } of provider.refunds) {
    if (status === 'CLOSED') continue;
    back.set(transactionId, (back.get(transactionId) ?? 0) + refundFen);
  }
  for (const [number, fen] of back) {
    if (fen > (paid.get(number) ?? 0)) wrong.push(`more than was paid is given back: ${number}`);
  }
  return wrong;
}

/** What must hold at the end: to the fen, and nothing waits. */
export async function auditEnd(
  read: (table: string) => Promise<readonly Row[]>,
  provider: Provider,
  accepted: ReadonlyMap<string, readonly number[]>,
): Promise<{ readonly wrong: readonly string[]; readonly money: Money }> {
  const wrong: string[] = [];
  const check = (rule: string, holds: boolean): void => {
    if (!holds) wrong.push(rule);
  };
  const orders = await read('load_order');
  const payments = await read('payment');
  const theirs = provider.orders.flatMap(({ payment }) => (payment === undefined ? [] : [payment]));
  const ours = new Map(payments.map((row) => [text(row.number), row]));
  check('another payment is booked than was taken', ours.size === theirs.length);
  check('a payment stands twice', ours.size === payments.length);
  for (const { transactionId, totalFen } of theirs) {
    const row = ours.get(transactionId);
    check(`a payment is lost: ${transactionId}`, row !== undefined);
    check(`another amount: ${transactionId}`, Number(row?.amount_fen) === totalFen);
    const paidOut = provider.refunds.filter(
      (one) => one.transactionId === transactionId && one.status === 'SUCCESS',
    );
    check(`given back twice: ${transactionId}`, paidOut.length <= 1);
    const isBack = row?.refunded_at_ms !== null && row?.refunded_at_ms !== undefined;
    check(`the books of a refund differ: ${transactionId}`, isBack === (paidOut.length === 1));
  }
  for (const { status, outRefundNo } of provider.refunds) {
    check(`a refund waits: ${outRefundNo}`, status === 'SUCCESS' || status === 'CLOSED');
  }
  for (const order of orders) {
    const id = text(order.order_id);
    const own = payments.filter((row) => row.order_id === id && Number(row.surplus) === 0);
    const state = text(order.state);
    check(`an order is paid twice: ${id}`, own.length <= 1);
    check(`an order has no end: ${id} ${state}`, /^(CREDITED|REFUNDED|EXPIRED)$/.test(state));
    check(`${state} and its payment: ${id}`, own.length === (state === 'EXPIRED' ? 0 : 1));
  }
  for (const code of await read('awaited_payment')) {
    check(`a code has no end: ${text(code.order_id)}`, code.ended !== null);
  }
  for (const [cardNumber, amounts] of accepted) {
    const credited = orders.filter(
      (one) => one.card_number === cardNumber && one.state === 'CREDITED',
    );
    const booked = credited.map((one) => Number(one.amount_fen)).sort((a, b) => a - b);
    const loaded = [...amounts].sort((a, b) => a - b);
    check(`a card has other loads: ${cardNumber}`, booked.join() === loaded.join());
  }
  const money = {
    ...{ takenFen: provider.takenFen, returnedFen: provider.returnedFen },
    loadedFen: sum([...accepted.values()].map(sum)),
  };
  await auditAccounts(read, money, check);
  return { wrong, money };
}

async function auditAccounts(
  read: (table: string) => Promise<readonly Row[]>,
  { takenFen, returnedFen, loadedFen }: Money,
  check: (rule: string, holds: boolean) => void,
): Promise<void> {
  const totals = new Map<string, number>();
  for (const { debit, credit, amount_fen: amount } of await read('transfer')) {
    totals.set(text(debit), (totals.get(text(debit)) ?? 0) + Number(amount));
    totals.set(text(credit), (totals.get(text(credit)) ?? 0) - Number(amount));
  }
  const of = (name: string): number => totals.get(name) ?? 0;
  check(`cash ${String(of('cash'))}`, of('cash') === takenFen - returnedFen);
  check(`float ${String(of('card-float'))}`, of('card-float') === -loadedFen);
  check('something is still owed', of('refunds-due') === 0 && of('liability') === 0);
  check('a fen is missing', takenFen - returnedFen - loadedFen === 0);
  const work = (await read('work_item')).map(({ code }) => text(code));
  check('a refund was paid twice', !work.includes('REFUND_PAID_TWICE'));
}
