/** What becomes of a recharge or a load, told to a person: stage by stage, and its end. */
import type { CreditProof } from '../load/index.js';
import { formatYuan } from '../money.js';
import type {
  HeldResult,
  LoadResult,
  NextAct,
  OnStage,
  RefusedResult,
  Stage,
  TakenPayment,
} from '../terminal/index.js';
import type { Output, Texts } from './output.js';

const STAGES: Readonly<Record<Stage, Texts>> = {
  reading: { en: 'reading the card', zh: '读卡' },
  asking: { en: 'asking the server about the card', zh: '向服务器查询该卡' },
  confirming: { en: 'confirming the card', zh: '复核卡号与余额' },
  ordering: { en: 'making the order', zh: '生成充值订单' },
  testing: { en: 'testing the card: PIN, INITIALIZE', zh: '检测卡片：校验 PIN，试初始化' },
  announcing: { en: 'telling the server that money is taken', zh: '登记收款' },
  paying: { en: 'taking the payment', zh: '收款' },
  submitting: { en: 'submitting the payment', zh: '提交付款' },
  'looking-up': { en: 'looking the order up', zh: '查询订单' },
  proving: { en: '805A: the card is asked for its proof', zh: '805A：向卡片取交易凭证' },
  authorising: {
    en: 'PIN, INITIALIZE FOR LOAD, MAC1 → authority',
    zh: '校验 PIN，圈存初始化，MAC1 送授权中心',
  },
  writing: {
    en: 'MAC2 → CREDIT FOR LOAD. Do not remove the card',
    zh: 'MAC2 → 圈存写卡，请勿移动卡片',
  },
  checking: { en: 'checking the balance', zh: '核对余额' },
};

function tellOrderNumber(orderId: string, output: Output): void {
  output.line({ en: `   order ${orderId}`, zh: `   订单号 ${orderId}` });
  output.event('order-number', { orderId });
}

/** Says each stage as it begins, and the order's number as soon as there is one. */
export function tellStage(output: Output): OnStage {
  let told: string | undefined;
  return (stage, { orderId } = {}) => {
    if (orderId !== undefined && orderId !== told) {
      // Before anything is paid: whatever breaks then is found by it.
      tellOrderNumber(orderId, output);
      told = orderId;
    }
    output.line(`   … ${output.pick(STAGES[stage])}`);
    output.event('stage', { stage });
  };
}

/** The number under which a payment is submitted again: it has to be known before it is taken. */
export function tellPaymentNumber(transactionId: string, output: Output): void {
  output.line({
    en: `   payment number ${transactionId}: keep it`,
    zh: `   付款流水号 ${transactionId}，请保留`,
  });
  // Whole, for whoever has to submit it: a masked number is no number.
  output.event('payment-number', {}, { transactionId });
}

/** An older order of the card went first: the receipt at hand is of none yet. */
export function tellNotBooked(transactionId: string, output: Output): void {
  output.line({
    en: `   ! payment ${transactionId} is not booked: an earlier order was finished first. Run the same command again; take no money again`,
    zh: `   ！付款 ${transactionId} 尚未入账：本次先完成了此前的订单。请再执行一次同样的命令，勿再收款`,
  });
  output.event('payment-not-booked', {}, { transactionId });
}

/** How a credit was proved. */
const PROOFS: Readonly<Record<CreditProof, Texts>> = {
  tac: { en: 'proved by the TAC', zh: 'TAC 校验通过' },
  counter: { en: 'proved by the counter of the card', zh: '联机交易序号证明' },
  people: { en: 'confirmed by two people', zh: '人工确认' },
};

/** What did not come to its end: why, what to do, and with which order and payment. */
export function tellNotDone(
  event: 'load' | 'payment',
  result: HeldResult | RefusedResult,
  output: Output,
  asked: Asked = {},
): void {
  const { error, outcome, orderId, paid, next } = result;
  const mark = outcome === 'held' ? '⏸' : '✗';
  output.line({
    en: `   ${mark} ${error.message}\n     ${error.hint.en}`,
    zh: `   ${mark} ${error.messageZh}\n     ${error.hint.zh}`,
  });
  const taken = result.outcome === 'held' ? result.unconfirmedPayment : undefined;
  if (orderId !== undefined) {
    output.line({ en: `     order ${orderId}`, zh: `     订单号 ${orderId}` });
    for (const command of commandsFor(next, orderId, taken, asked))
      output.line(`     $ ${command}`);
  }
  if (taken !== undefined) tellPaymentNumber(taken.transactionId, output);
  output.event(event, { outcome, orderId: orderId ?? null, paid, next, ...error.toJSON() });
}

/** What the command at hand was told, which the next one has to be told as well. */
export interface Asked {
  readonly server?: string;
  readonly credentials?: string;
  readonly intents?: string;
  readonly provider?: string;
}

/** The commands that the advice means, whole: with less they would speak of another payment. */
function commandsFor(
  next: NextAct,
  orderId: string,
  taken: TakenPayment | undefined,
  asked: Asked,
): readonly string[] {
  const { server, credentials, intents } = asked;
  const receipt = taken?.transactionId ?? 'NUMBER';
  const amount = taken === undefined ? 'YUAN' : formatYuan(taken.amountFen);
  const provider = taken?.provider ?? asked.provider ?? 'PROVIDER';
  const where = words({ server, credentials, intents });
  const payment = words({ receipt, amount, provider });
  const submit = `quancun payment submit --order ${orderId}${payment}${where}`;
  if (next === 'submit') return [submit];
  return next === 'look-up' ? [submit, `quancun payment not-taken --order ${orderId}${where}`] : [];
}

function words(options: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.map(([name, value = '']) => ` --${name} ${quoted(value)}`).join('');
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:@+,=-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

/** How a load ended. */
export function tellLoad(result: LoadResult, output: Output, asked: Asked = {}): void {
  if (result.outcome !== 'credited') {
    tellNotDone('load', result, output, asked);
    return;
  }
  const { orderId, amountFen, provedBy, written, balanceBeforeFen, balanceAfterFen } = result;
  const shown = (fen: number | undefined): string => (fen === undefined ? '?' : formatYuan(fen));
  const balances = `${shown(balanceBeforeFen)} → ${shown(balanceAfterFen)}`;
  const proof = PROOFS[provedBy];
  const when: Texts =
    written === 'now'
      ? { en: 'written now', zh: '本次写入' }
      : { en: 'had been written already: nothing was sent again', zh: '此前已写入，未重复写卡' };
  output.line({
    en: `   ✓ ${formatYuan(amountFen)} credited, ${when.en}, ${proof.en}; balance ${balances}`,
    zh: `   ✓ 已入卡 ${formatYuan(amountFen)} 元，${when.zh}，${proof.zh}；余额 ${balances}`,
  });
  output.event('load', {
    outcome: 'credited',
    orderId,
    amountFen,
    provedBy,
    written,
    balanceBeforeFen: balanceBeforeFen ?? null,
    balanceAfterFen: balanceAfterFen ?? null,
    balanceDiffers: result.balanceDiffers === true,
    resumed: result.resumed === true,
  });
  if (result.resumed === true) {
    output.line({
      en: '   this was the order that had been begun earlier: no new one was made',
      zh: '   完成的是此前未结的订单，本次未新建订单',
    });
  }
  if (result.balanceDiffers === true) {
    output.line({
      en: '   ! the card shows another balance than the sum: stop, and contact the administrator',
      zh: '   ！卡内余额与应有余额不一致：停止操作，联系管理员',
    });
  }
}
