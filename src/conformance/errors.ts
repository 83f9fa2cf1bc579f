/** Rows of the conformance suites. */
import type { ErrorRow } from '../error-row.js';

export const CONFORMANCE: ErrorRow<'CONFORMANCE'> = {
  code: 'CONFORMANCE',
  en: 'The implementation breaks a rule of its interface: {problem}',
  zh: '实现违反接口约定（见英文信息）',
  hint: {
    en: 'The name of the case says which rule.',
    zh: '用例名称即所违反的约定。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const CARD_PROBE_STOPPED: ErrorRow<'CARD_PROBE_STOPPED'> = {
  code: 'CARD_PROBE_STOPPED',
  en: '{what} did not hold ({sw}); the probe was stopped after {spentYuan} yuan',
  zh: '{what} 不成立（{sw}）；已停止探测，此前圈存 {spentYuan} 元',
  hint: {
    en: 'Check that the keys belong to this card. Nothing more was sent to it.',
    zh: '请核对密钥是否属于该卡；未再发送任何命令。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const CARD_TAKES_ANY_MAC2: ErrorRow<'CARD_TAKES_ANY_MAC2'> = {
  code: 'CARD_TAKES_ANY_MAC2',
  en: 'DANGER: this card took a wrong MAC2 for a right one ({spentYuan} yuan were loaded)',
  zh: '危险：该卡接受了错误的 MAC2（已圈存 {spentYuan} 元）',
  hint: {
    en: 'Stop. Anybody can put money on a card like this, without any key. Recharge no card of its kind, and report it to its issuer.',
    zh: '停止操作：任何人无需密钥即可向此类卡写入金额。请勿为此类卡充值，并立即报告发行方。',
  },
  money: 'moved',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};
