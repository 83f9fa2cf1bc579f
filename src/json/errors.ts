/** Rows of messages and options that are not of the form that was agreed. */
import type { ErrorRow } from '../error-row.js';

export const MESSAGE_INVALID: ErrorRow<'MESSAGE_INVALID'> = {
  code: 'MESSAGE_INVALID',
  en: 'The message is not of the form of the protocol: {problem}',
  zh: '消息不符合协议格式',
  hint: {
    en: 'Update the terminal software, or correct the request.',
    zh: '请更新终端软件或更正请求。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const PROTOCOL_VERSION: ErrorRow<'PROTOCOL_VERSION'> = {
  code: 'PROTOCOL_VERSION',
  en: 'Terminal and server speak different protocol versions ({version})',
  zh: '终端与服务器协议版本不一致（{version}）',
  hint: {
    en: 'Update the older of the two.',
    zh: '请升级较旧的一方。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const ARGUMENT_INVALID: ErrorRow<'ARGUMENT_INVALID'> = {
  code: 'ARGUMENT_INVALID',
  en: '{what} cannot do this: {problem}',
  zh: '{what} 的参数有误：{problem}',
  hint: { en: 'Correct the call.', zh: '请更正调用参数。' },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};
