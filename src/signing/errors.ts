/** Rows of a signed request: who asks, when, and whether anybody answers. */
import type { ErrorRow } from '../error-row.js';

export const SIGNATURE_INVALID: ErrorRow<'SIGNATURE_INVALID'> = {
  code: 'SIGNATURE_INVALID',
  en: 'The request is not signed by a terminal that this server knows',
  zh: '请求签名无效，或终端未登记',
  hint: {
    en: 'Check key id, secret, and what is signed; nothing was changed.',
    zh: '请检查终端密钥与签名内容；未做任何更改。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const CLOCK_SKEW: ErrorRow<'CLOCK_SKEW'> = {
  code: 'CLOCK_SKEW',
  en: "The clock of the terminal is too far from the server's",
  zh: '终端时钟与服务器相差过大',
  hint: {
    en: 'Set the clock of the terminal; nothing was changed.',
    zh: '请校准终端时钟；未做任何更改。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const REQUEST_REPLAYED: ErrorRow<'REQUEST_REPLAYED'> = {
  code: 'REQUEST_REPLAYED',
  en: 'This very request was received before',
  zh: '该请求已收到过（重放）',
  hint: {
    en: 'Sign a fresh request with a new nonce; the same idempotency key gives the stored answer.',
    zh: '请用新的随机数重新签名；相同幂等键会返回原结果。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const SERVER_UNREACHABLE: ErrorRow<'SERVER_UNREACHABLE'> = {
  code: 'SERVER_UNREACHABLE',
  en: 'The server cannot be reached',
  zh: '无法连接服务器',
  hint: {
    en: 'Check the network, then load (圈存). If money was taken and there is nothing to load, its payment is not booked: submit the same payment again, and never take the money twice.',
    zh: '请检查网络后圈存。如已收款而无单可圈存，说明付款未入账：请重新提交同一笔付款，切勿再次收款。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const LEDGER_BUSY: ErrorRow<'LEDGER_BUSY'> = {
  code: 'LEDGER_BUSY',
  en: 'Too many changes of one order at the same time',
  zh: '同一订单并发修改过多',
  hint: {
    en: 'Try again.',
    zh: '请重试。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};
