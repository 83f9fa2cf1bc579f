/** What becomes of a recharge or a load, told to a person: stage by stage, and its end. */
import type { CreditProof } from '../load/index.js';
import { formatYuan } from '../money.js';
import type { LoadResult, Stage } from '../terminal/index.js';
import type { Output, Texts } from './output.js';

const STAGES: Readonly<Record<Stage, Texts>> = {
  reading: { en: 'reading the card', zh: '读卡' },
  paying: { en: 'taking the payment', zh: '收款' },
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

/** Says each stage as it begins. */
export function tellStage(output: Output): (stage: Stage) => void {
  return (stage) => {
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
  output.event('payment-number', { transactionId });
}

/** How a credit was proved. */
const PROOFS: Readonly<Record<CreditProof, Texts>> = {
  tac: { en: 'proved by the TAC', zh: 'TAC 校验通过' },
  counter: { en: 'proved by the counter of the card', zh: '联机交易序号证明' },
  people: { en: 'confirmed by two people', zh: '人工确认' },
};

/** How a load ended. */
export function tellLoad(result: LoadResult, output: Output): void {
  if (result.outcome !== 'credited') {
    const { error, outcome, orderId } = result;
    const mark = outcome === 'held' ? '⏸' : '✗';
    output.line({
      en: `   ${mark} ${error.message}\n     ${error.hint.en}`,
      zh: `   ${mark} ${error.messageZh}\n     ${error.hint.zh}`,
    });
    const taken = result.outcome === 'held' ? result.unconfirmedPayment : undefined;
    if (taken !== undefined) tellPaymentNumber(taken.transactionId, output);
    output.event('load', { outcome, orderId: orderId ?? null, ...error.toJSON() });
    return;
  }
  const { orderId, amountFen, provedBy, written, balanceBeforeFen, balanceAfterFen } = result;
  const after = balanceAfterFen === undefined ? '?' : formatYuan(balanceAfterFen);
  const proof = PROOFS[provedBy];
  const when: Texts =
    written === 'now'
      ? { en: 'written now', zh: '本次写入' }
      : { en: 'had been written already: nothing was sent again', zh: '此前已写入，未重复写卡' };
  output.line({
    en: `   ✓ ${formatYuan(amountFen)} credited, ${when.en}, ${proof.en}; balance ${formatYuan(balanceBeforeFen)} → ${after}`,
    zh: `   ✓ 已入卡 ${formatYuan(amountFen)} 元，${when.zh}，${proof.zh}；余额 ${formatYuan(balanceBeforeFen)} → ${after}`,
  });
  output.event('load', {
    outcome: 'credited',
    orderId,
    amountFen,
    provedBy,
    written,
    balanceBeforeFen,
    balanceAfterFen: balanceAfterFen ?? null,
  });
}
