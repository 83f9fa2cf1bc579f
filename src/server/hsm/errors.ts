/** Rows of the HSM's place. */
import type { ErrorRow } from '../../error-row.js';

export const SOFTWARE_KEYS_REFUSED: ErrorRow<'SOFTWARE_KEYS_REFUSED'> = {
  code: 'SOFTWARE_KEYS_REFUSED',
  en: 'Software keys are for tests and demonstrations only',
  zh: '软件密钥仅限测试与演示',
  hint: {
    en: 'Pass allowSoftwareKeys: "test", or use an HSM.',
    zh: '请显式传入 allowSoftwareKeys: "test"，或使用加密机。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};
