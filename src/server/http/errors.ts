/** Rows of the door on the network: how it is spoken to, and when it takes nothing new. */
import type { ErrorRow } from '../../error-row.js';

export const METHOD_NOT_ALLOWED: ErrorRow<'METHOD_NOT_ALLOWED'> = {
  code: 'METHOD_NOT_ALLOWED',
  en: 'This address takes {allow}, and nothing else',
  zh: '该接口仅支持 {allow}',
  hint: { en: 'See /openapi.json.', zh: '请查看 /openapi.json。' },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const SERVER_BUSY: ErrorRow<'SERVER_BUSY'> = {
  code: 'SERVER_BUSY',
  en: 'The server has more to do than it can; payments and loads go first',
  zh: '系统繁忙，优先处理已付款与圈存业务',
  hint: {
    en: 'Nothing was begun. Send the same again in a moment; take no money before the order is made.',
    zh: '尚未受理。请稍候原样重试；订单生成前勿收款。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const SERVER_CLOSING: ErrorRow<'SERVER_CLOSING'> = {
  code: 'SERVER_CLOSING',
  en: 'The server is about to close: what is sent to it is still answered',
  zh: '服务即将关闭，已收到的请求仍会应答',
  hint: {
    en: 'Send nothing new to this server. Terminals need do nothing.',
    zh: '请勿再向本服务分配新请求，终端无需处理。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'safe',
};

export const REQUEST_MALFORMED: ErrorRow<'REQUEST_MALFORMED'> = {
  code: 'REQUEST_MALFORMED',
  en: 'This is no HTTP request that the server reads',
  zh: '无法识别的 HTTP 请求',
  hint: {
    en: 'Nothing was read of it. Check host, address and headers, and what stands in between.',
    zh: '请求未被受理。请检查主机名、地址、请求头及中间代理。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const REQUEST_TIMEOUT: ErrorRow<'REQUEST_TIMEOUT'> = {
  code: 'REQUEST_TIMEOUT',
  en: 'The request did not arrive whole in time',
  zh: '请求未在限时内完整到达',
  hint: {
    en: 'Nothing was read of it. Check the network, and send the same again.',
    zh: '请求未被受理。请检查网络后原样重发。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};
