/** Rows of keys on a token. */
import type { ErrorRow } from '../../../error-row.js';

export const HSM_PIN_REFUSED: ErrorRow<'HSM_PIN_REFUSED'> = {
  code: 'HSM_PIN_REFUSED',
  en: 'The HSM does not take the PIN that it was given ({problem})',
  zh: '加密机拒绝所给 PIN（{problem}）',
  hint: {
    en: 'Administrator: it is not tried again, so that the token does not lock. Correct the PIN, and start again; where one last try is left, log in once with another tool before.',
    zh: '管理员：为防锁定，不再重试。请更正 PIN 后重启；若仅剩最后一次机会，请先用其他工具正确登录一次。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const HSM_KEY_UNFIT: ErrorRow<'HSM_KEY_UNFIT'> = {
  code: 'HSM_KEY_UNFIT',
  en: 'The {use} key of index {keyIndex} on the token is not as it must be: {problem}',
  zh: '令牌上索引 {keyIndex} 的 {use} 密钥不符合要求：{problem}',
  hint: {
    en: 'Administrator: a master key is there once, sensitive, not extractable, may derive and do nothing else, and has the check value of the ceremony.',
    zh: '管理员：主密钥须唯一、敏感、不可导出、仅可派生，且校验值与密钥仪式记录一致。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const HSM_CIPHER_UNSUPPORTED: ErrorRow<'HSM_CIPHER_UNSUPPORTED'> = {
  code: 'HSM_CIPHER_UNSUPPORTED',
  en: 'The token has no {cipher} that loads can be made with ({problem})',
  zh: '令牌不支持圈存所需的 {cipher} 算法（{problem}）',
  hint: {
    en: 'Administrator: take the keys of this cipher out of the list, name the vendor’s mechanisms, or use another HSM for them.',
    zh: '管理员：请从列表中移除该算法的密钥，或填写厂商机制编号，或改用其他加密机。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};
