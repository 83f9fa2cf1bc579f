/** What an office does with one order: cancel, void, refund, release, foreign record. */
import type { Command } from 'commander';
import { expectFile } from '../../json/index.js';
import { ORDER_STATE_NAMES, type OrderView, type Release } from '../../load/index.js';
import { FOREIGN_RECORD } from '../../messages/index.js';
import { formatYuan } from '../../money.js';
import type { OfficeClient } from '../../terminal/index.js';
import { readJson } from '../options/files.js';
import { openOffice } from '../options/server-options.js';
import { fromOption, type Output, type Texts, wrongOption } from '../output.js';
import { configureOffice } from './as-person.js';
import { confirmed, type ConfirmedOptions, EXAMPLE, expectYes, officeCommand } from './command.js';
import { STATE_ADVICE } from './state-advice.js';

interface ActOptions extends ConfirmedOptions {
  readonly order: string;
  readonly payment?: string;
  readonly reason?: string;
  readonly record?: string;
  readonly as?: string;
}

interface Act {
  readonly name: string;
  readonly does: string;
  /** What it is going to do, for whoever confirms it; absent: no money can leave by it. */
  readonly asks?: Texts;
  readonly did: Texts;
  run(office: OfficeClient, options: ActOptions): Promise<OrderView>;
}

const RELEASES: readonly Release[] = ['resume', 'credited', 'refund', 'destroyed'];

const ACTS: readonly Act[] = [
  {
    name: 'cancel',
    does: 'gives an unpaid or unissued order up; what was paid for it is owed back',
    asks: {
      en: 'Cancel: what was paid becomes refund due.',
      zh: '取消订单：已付款项将转为待退款。',
    },
    did: { en: 'given up', zh: '已取消' },
    run: (office, { order }) => office.cancel(order),
  },
  {
    name: 'void',
    does: 'asks for a refund of an issued order: from now on only a probe of the card allows it',
    asks: {
      en: 'Void: a refund follows when the card shows that it was not written.',
      zh: '申请退款：经卡片核实未写入后将退款。',
    },
    did: { en: 'a refund is asked for', zh: '已申请退款' },
    run: (office, { order }) => office.requestVoid(order),
  },
  {
    name: 'withdraw-void',
    does: 'takes that back',
    did: { en: 'no refund is asked for any more', zh: '已撤回退款申请' },
    run: (office, { order }) => office.withdrawVoid(order),
  },
  {
    name: 'refund',
    does: 'books that the money is back with the customer: his own payment, or a surplus one',
    asks: {
      en: 'Book as refunded. Cash and POS: say yes when the customer has the money. QR: pay nothing by hand before this is booked.',
      zh: '登记退款。现金、POS：客户已收到退款后再确认；扫码支付：登记成功前勿另行付款。',
    },
    did: { en: 'booked as refunded', zh: '已登记退款' },
    run: (office, { order, payment, reason }) => office.confirmRefund(order, payment, reason),
  },
  {
    name: 'foreign-record',
    does: "reports another issuer's load, which spent the counter of a held order",
    asks: {
      en: "Report another issuer's load: this order can then be loaded, or refunded, anew.",
      zh: '登记他方圈存记录：该订单此后可重新圈存或退款。',
    },
    did: { en: "the other issuer's load is taken", zh: '已登记他方圈存记录' },
    run: (office, { order, record = '' }) => office.reportForeignRecord(order, readRecord(record)),
  },
  {
    name: 'release',
    does: 'ends a frozen or held order by hand; done when a second person says the same',
    asks: {
      en: 'Release: two people answer for what becomes of the money.',
      zh: '人工处理：款项去向由两人负责。',
    },
    did: { en: 'said', zh: '已提交' },
    run: (office, { order, as: way }) => office.release(order, readRelease(way)),
  },
];

/** Adds them. */
export function registerActs(office: Command): void {
  for (const act of ACTS) {
    const command = officeCommand(office, act.name, act.does).requiredOption(
      '--order <number>',
      'number of the order',
    );
    if (act.asks !== undefined) confirmed(command);
    let more = '';
    if (act.name === 'refund') {
      command
        .option('--payment <payment>', 'provider:number of a surplus payment')
        .option(
          '--reason <text>',
          'of a QR refund that its provider refuses for good: why by hand',
        );
    }
    if (act.name === 'foreign-record') {
      command.requiredOption('--record <file>', "JSON: the other issuer's record of the load");
      more = ' --record record.json';
    }
    if (act.name === 'release') {
      command.requiredOption('--as <way>', RELEASES.join(', '));
      more = ' --as refund';
    }
    const example = `office ${act.name} ${EXAMPLE} --order 0123456789ABCDEFGHJK${more}`;
    configureOffice<ActOptions>(command, example, (_args, options, output) =>
      perform(act, options, output),
    );
  }
}

async function perform(act: Act, options: ActOptions, output: Output): Promise<boolean> {
  if (act.name === 'release') readRelease(options.as);
  const office = openOffice(options);
  if (act.asks !== undefined) await confirm(office, act.asks, options, output);
  const order = await act.run(office, options);
  const { release } = act.name === 'release' ? (await office.getHistory(order.orderId)).order : {};
  tell(act, order, release !== undefined, output);
  return true;
}

/** Whoever says yes has seen which order it is. */
async function confirm(
  office: OfficeClient,
  asks: Texts,
  options: ActOptions,
  output: Output,
): Promise<void> {
  if (options.yes === true) return;
  const { order } = await office.getHistory(options.order);
  const yuan = formatYuan(order.amountFen);
  const { en, zh } = ORDER_STATE_NAMES[order.state];
  await expectYes(options, output, {
    en: `Order ${order.orderId}, ${order.plate}, ${yuan} yuan (${en}). ${asks.en}`,
    zh: `订单 ${order.orderId}，${order.plate}，${yuan} 元（${zh}）。${asks.zh}`,
  });
}

function tell({ name, did }: Act, order: OrderView, waits: boolean, output: Output): void {
  const { orderId, state, amountFen } = order;
  const { en, zh } = ORDER_STATE_NAMES[state];
  const { money, next } = STATE_ADVICE[state];
  const yuan = formatYuan(amountFen);
  output.line({
    en: `✓ order ${orderId}: ${did.en}; it is now: ${en}`,
    zh: `✓ 订单 ${orderId}：${did.zh}；当前状态：${zh}`,
  });
  output.line({ en: `  money: ${yuan} yuan, ${money.en}`, zh: `  资金：${yuan} 元，${money.zh}` });
  const second: Texts = {
    en: 'a second person says the same with a key of his own; nothing is done before',
    zh: '须由另一人用自己的密钥提交相同内容，之前不作处理',
  };
  const todo = waits ? second : next;
  output.line({ en: `  next: ${todo.en}`, zh: `  下一步：${todo.zh}` });
  output.event('order', {
    ...{ did: name, orderId, state, amountFen, awaitsSecondPerson: waits },
    ...{ money: output.pick(money), next: output.pick(todo) },
  });
}

function readRelease(text: string | undefined): Release {
  const found = RELEASES.find((one) => one === text);
  if (found === undefined) throw wrongOption('--as', RELEASES.join(' | '));
  return found;
}

function readRecord(file: string) {
  const json = readJson(file);
  return fromOption(() => expectFile(FOREIGN_RECORD, json, file));
}
