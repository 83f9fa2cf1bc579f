/** What becomes of a recharge or a load, told to a person: stage by stage, and its end. */
import { formatYuan } from '../money.js';
import type { LoadResult, Stage } from '../terminal/index.js';
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

/** Says each stage as it begins. */
export function tellStage(output: Output): (stage: Stage) => void {
  return (stage) => {
    output.line(`   … ${output.pick(STAGES[stage])}`);
    output.event('stage', { stage });
  };
}

/** How a load ended. */
export function tellLoad(result: LoadResult, output: Output): void {
  if (result.outcome !== 'credited') {
    const { error, outcome, orderId } = result;
    const mark = outcome === 'held' ? '⏸' : '✗';
    output.line({
      en: `   ${mark} ${error.message}\n     ${error.hint.en}`,
      zh: `   ${mark} ${error.messageZh}\n     ${error.hint.zh}`,
    });
    output.event('load', { outcome, orderId: orderId ?? null, ...error.toJSON() });
    return;
  }
  const { orderId, amountFen, provedBy, written, balanceBeforeFen, balanceAfterFen } = result;
  const after = balanceAfterFen === undefined ? '?' : formatYuan(balanceAfterFen);
  const proof: Texts =
    provedBy === 'tac'
      ? { en: 'proved by the TAC', zh: 'TAC 校验通过' }
      : { en: 'proved by the counter', zh: '联机序号证明' };
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
