/** Rows of a signed request: who asks, when, and whether anybody answers. */
import type { ErrorRow } from '../error-row.js';

export const SIGNATURE_INVALID: ErrorRow<'SIGNATURE_INVALID'> = {
  code: 'SIGNATURE_INVALID',
  en: 'The request is not signed by a terminal that this server knows',
  zh: '终端未登记，或签名无效',
  hint: {
    en: 'Check key id and secret of the terminal. Take no payment a second time.',
    zh: '请核对终端的密钥编号与密钥；勿重复收款。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const CLOCK_SKEW: ErrorRow<'CLOCK_SKEW'> = {
  code: 'CLOCK_SKEW',
  en: "The clock of the terminal is too far from the server's",
  zh: '终端时间不准',
  hint: {
    en: 'Set the clock of the terminal, then go on. Take no payment a second time.',
    zh: '请校准终端时间后继续；勿重复收款。',
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
    en: 'Sign a fresh request with a new nonce: what was done is not done twice.',
    zh: '请用新的随机数重新签名：已执行的不会重复执行。',
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
    en: 'Leave the page and come back; check the network; change WiFi, 4G or hotspot; log in again. What was paid is not taken again.',
    zh: '退出重进；查网络；换 WiFi、4G 或热点；重新登录。已收款的勿再收款。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const LEDGER_BUSY: ErrorRow<'LEDGER_BUSY'> = {
  code: 'LEDGER_BUSY',
  en: 'Too many changes of one order at the same time',
  zh: '系统忙',
  hint: {
    en: 'Try this order again in a moment. Make no new one, and take no money again.',
    zh: '稍候重试本订单，勿新建、勿再收款。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};
