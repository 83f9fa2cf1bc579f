/** Rows of the crypto room: keys and cipher engines that do not fit. */
import type { ErrorRow } from '../error-row.js';

export const KEY_LENGTH: ErrorRow<'KEY_LENGTH'> = {
  code: 'KEY_LENGTH',
  en: 'A {cipher} key for this use must be {expected} bytes, but has {size}',
  zh: '此用途的 {cipher} 密钥应为 {expected} 字节，实际为 {size} 字节',
  hint: {
    en: 'Check the key store: was the right key exported, whole, and for the right algorithm?',
    zh: '请检查密钥库：导出的密钥是否正确、完整，且算法一致。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const KEY_CIPHER: ErrorRow<'KEY_CIPHER'> = {
  code: 'KEY_CIPHER',
  en: 'The expanded key was made by another cipher than {cipher}',
  zh: '已展开的密钥不是由 {cipher} 算法生成的',
  hint: {
    en: 'Expand the key with the same suite that uses it.',
    zh: '请使用同一算法套件展开并使用密钥。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const CIPHER_UNKNOWN: ErrorRow<'CIPHER_UNKNOWN'> = {
  code: 'CIPHER_UNKNOWN',
  en: 'There is no cipher of this name; there are 3des and sm4',
  zh: '没有该名称的密码算法；可用的有 3des 和 sm4',
  hint: {
    en: 'Choose by key index: 01 is 3DES, 41 is SM4.',
    zh: '请按密钥索引选择：01 为 3DES，41 为 SM4。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const CIPHER_ENGINE: ErrorRow<'CIPHER_ENGINE'> = {
  code: 'CIPHER_ENGINE',
  en: 'The cipher engine {engine} is not the one this version was made for: {problem}',
  zh: '密码引擎 {engine} 与本版本不匹配',
  hint: {
    en: 'Install the version of {engine} that package.json of quancun names.',
    zh: '请安装 quancun 的 package.json 中指定的 {engine} 版本。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};
