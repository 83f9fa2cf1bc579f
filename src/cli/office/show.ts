/** `office show`: one order whole. */
import type { Command } from 'commander';
import { ORDER_STATE_NAMES } from '../../load/index.js';
import type { OrderHistory } from '../../messages/index.js';
import { formatYuan } from '../../money.js';
import { maskCardNumber } from '../../redact.js';
import { openOffice } from '../options/server-options.js';
import type { Output, Texts } from '../output.js';
import { configureOffice, type OfficeOptions } from './as-person.js';
import { EXAMPLE, nameOf, officeCommand, timeOf } from './command.js';
import { STATE_ADVICE } from './state-advice.js';

interface ShowOptions extends OfficeOptions {
  readonly order: string;
}

const ATTEMPTS: Readonly<Record<OrderHistory['attempts'][number]['state'], Texts>> = {
  proved: { en: 'proved by its TAC', zh: 'TAC 已证实' },
  open: { en: 'the card may still take it', zh: '卡片仍可能接受' },
  over: { en: 'over', zh: '已失效' },
};

/** Adds `office show`. */
export function registerShow(office: Command): void {
  const command = officeCommand(
    office,
    'show',
    'one order with payments, attempts, slips, events',
  ).requiredOption('--order <number>', 'number of the order');
  const example = `office show ${EXAMPLE} --order 0123456789ABCDEFGHJK`;
  configureOffice<ShowOptions>(command, example, async (_args, options, output) => {
    tell(await openOffice(options).getHistory(options.order), output);
    return true;
  });
}

function tell(history: OrderHistory, output: Output): void {
  const { order } = history;
  const state = ORDER_STATE_NAMES[order.state];
  const { money, next } = STATE_ADVICE[order.state];
  const card = maskCardNumber(order.cardNumber);
  output.title({ en: `Order ${order.orderId}`, zh: `订单 ${order.orderId}` });
  const line = (en: string, zh: string, value: string): void => {
    output.line({ en: `  ${en.padEnd(10)} ${value}`, zh: `  ${zh.padEnd(5, '　')} ${value}` });
  };
  line('state', '状态', output.pick(state));
  line('amount', '金额', formatYuan(order.amountFen));
  line('card', '卡号', `${card}  ${order.plate}`);
  line('made', '下单', [timeOf(order.createdAtMs), order.outlet, ...whoOf(order.who)].join('  '));
  line('money', '资金', output.pick(money));
  line('next', '下一步', output.pick(next));
  if (order.release !== undefined) {
    line('release', '待确认', `${order.release.release}  ${order.release.by}`);
  }
  tellLists(history, output);
  output.event('history', { ...history, order: { ...order, cardNumber: card } });
}

function tellLists({ payments, codes, attempts, slips, events }: OrderHistory, output: Output) {
  const title = (some: readonly unknown[], texts: Texts): void => {
    if (some.length > 0) output.title(texts);
  };
  title(payments, { en: 'Payments', zh: '付款' });
  for (const one of payments) {
    const marks: Texts[] = [
      ...(one.surplus ? [{ en: 'surplus', zh: '多收' }] : []),
      ...(one.refundedAtMs === undefined
        ? []
        : [{ en: `back ${timeOf(one.refundedAtMs)}`, zh: `已退 ${timeOf(one.refundedAtMs)}` }]),
      ...(one.refund === undefined ? [] : [refundOf(one.refund)]),
    ];
    const at = one.bookedAtMs === undefined ? '-' : timeOf(one.bookedAtMs);
    const told = [at, one.transactionId, formatYuan(one.amountFen), ...whoOf(one.who)];
    output.line(`  ${[...told, ...marks.map((mark) => output.pick(mark))].join('  ')}`);
  }
  title(codes, { en: 'QR codes', zh: '二维码' });
  for (const { provider, generation, openedAtMs, end = '-' } of codes) {
    output.line(`  ${timeOf(openedAtMs)}  ${provider} ${String(generation)}  ${end}`);
  }
  title(attempts, { en: 'Attempts', zh: '写卡授权' });
  for (const { number, date, time, terminal, onlineAtc, state } of attempts) {
    const told = [number, `${date} ${time}`, terminal, `ATC ${String(onlineAtc)}`];
    output.line(`  ${told.join('  ')}  ${output.pick(ATTEMPTS[state])}`);
  }
  title(slips, { en: 'Slips', zh: '小票' });
  for (const { number, atMs, who } of slips) {
    output.line(`  ${[number, timeOf(atMs), ...whoOf(who)].join('  ')}`);
  }
  title(events, { en: 'Events', zh: '经过' });
  for (const { atMs, evidence, from, to, who } of events) {
    const [was, is] = [output.pick(ORDER_STATE_NAMES[from]), output.pick(ORDER_STATE_NAMES[to])];
    const told = [timeOf(atMs), evidence, from === to ? is : `${was} → ${is}`, ...whoOf(who)];
    output.line(`  ${told.join('  ')}`);
  }
}

function refundOf({ number, status }: { readonly number: number; readonly status: string }): Texts {
  return {
    en: `refund ${String(number)}: ${status}`,
    zh: `退款 ${String(number)}：${status}`,
  };
}

function whoOf(who: OrderHistory['order']['who']): string[] {
  return who === undefined ? [] : [nameOf(who)];
}
