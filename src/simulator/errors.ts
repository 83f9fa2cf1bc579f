/** Rows of the simulated toll gate. */
import type { ErrorRow } from '../error-row.js';

export const TOLL_REFUSED: ErrorRow<'TOLL_REFUSED'> = {
  code: 'TOLL_REFUSED',
  en: 'The card refused the toll ({sw})',
  zh: '卡片拒绝扣费（{sw}）',
  hint: {
    en: 'Check the balance; the card was not debited.',
    zh: '请检查余额；卡片未扣款。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const TOLL_MAC2_WRONG: ErrorRow<'TOLL_MAC2_WRONG'> = {
  code: 'TOLL_MAC2_WRONG',
  en: 'The card answered the toll with a wrong MAC2',
  zh: '扣费后卡片返回的 MAC2 错误',
  hint: {
    en: 'Read the balance again: the card may have been debited.',
    zh: '请重新读取余额：卡片可能已扣款。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};
