/** Rows of the conformance suites. */
import type { ErrorRow } from '../error-row.js';

export const CONFORMANCE: ErrorRow<'CONFORMANCE'> = {
  code: 'CONFORMANCE',
  en: 'The implementation breaks a rule of its interface: {problem}',
  zh: '实现违反接口约定：{problem}',
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
  en: '{what} did not hold ({sw}); the probe was stopped after {spentFen} fen',
  zh: '{what} 不成立（{sw}）；已停止探测，此前圈存 {spentFen} 分',
  hint: {
    en: 'Check that the keys belong to this card. Nothing more was sent to it.',
    zh: '请核对密钥是否属于该卡；未再发送任何命令。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};
