/** Rows of the apdu room: bytes that are no command, no answer, no TLV. */
import type { ErrorRow } from '../error-row.js';

export const COMMAND_MALFORMED: ErrorRow<'COMMAND_MALFORMED'> = {
  code: 'COMMAND_MALFORMED',
  en: '{size} bytes are no command APDU',
  zh: '{size} 字节不是合法的命令 APDU',
  hint: {
    en: 'Check the bytes: CLA INS P1 P2, then Lc, data and Le as they apply.',
    zh: '请检查：CLA INS P1 P2，然后按需 Lc、数据、Le。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const COMMAND_MISMATCH: ErrorRow<'COMMAND_MISMATCH'> = {
  code: 'COMMAND_MISMATCH',
  en: 'These bytes are not the command {name}',
  zh: '该字节串不是 {name} 命令',
  hint: {
    en: 'Check CLA, INS, P1, P2 and the length of the data.',
    zh: '请检查 CLA、INS、P1、P2 与数据长度。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const RESPONSE_MALFORMED: ErrorRow<'RESPONSE_MALFORMED'> = {
  code: 'RESPONSE_MALFORMED',
  en: '{size} bytes are no response APDU',
  zh: '{size} 字节不是合法的响应 APDU',
  hint: {
    en: 'The answer was garbled on its way. Present the card again; a load is settled by 圈存.',
    zh: '应答在传输中损坏。请重新放卡再试；如正在写卡，请圈存核实。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const RESPONSE_LENGTH: ErrorRow<'RESPONSE_LENGTH'> = {
  code: 'RESPONSE_LENGTH',
  en: 'The answer should have {expected} bytes, but has {size}',
  zh: '应答应为 {expected} 字节，实际 {size} 字节',
  hint: {
    en: 'The answer was garbled, or the card is of another kind. Present the card again; a load is settled by 圈存.',
    zh: '应答损坏或卡片类型不同。请重新放卡再试；如正在写卡，请圈存核实。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const RESPONSE_MAC: ErrorRow<'RESPONSE_MAC'> = {
  code: 'RESPONSE_MAC',
  en: 'The MAC of the answer is wrong',
  zh: '应答 MAC 错误',
  hint: {
    en: 'The answer was altered or the key is not of this card. Do not use it.',
    zh: '应答被改动或密钥与卡不匹配，请勿使用该数据。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const SECURE_MESSAGING_BODY: ErrorRow<'SECURE_MESSAGING_BODY'> = {
  code: 'SECURE_MESSAGING_BODY',
  en: 'The enciphered data do not decipher to anything sensible',
  zh: '加密数据域无法正确解密',
  hint: {
    en: 'The key is not of this card, or the data were altered.',
    zh: '密钥与卡不匹配，或数据被改动。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const TLV_MALFORMED: ErrorRow<'TLV_MALFORMED'> = {
  code: 'TLV_MALFORMED',
  en: 'The TLV structure is broken: {problem}',
  zh: '卡片数据结构（TLV）错误',
  hint: {
    en: 'Read the card again.',
    zh: '请重新读卡。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'once',
};
