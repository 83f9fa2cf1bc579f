/** Rows of persons: who is logged in, and what they may. */
import type { ErrorRow } from '../../error-row.js';

export const LOGIN_REFUSED: ErrorRow<'LOGIN_REFUSED'> = {
  code: 'LOGIN_REFUSED',
  en: 'Name and password do not belong together',
  zh: '工号或密码错误',
  hint: {
    en: 'Type both again. After five wrong passwords this name waits for 15 minutes at this device.',
    zh: '请重新输入。密码错误 5 次后，该工号 15 分钟内不能在本机登录。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const PERSON_LOCKED: ErrorRow<'PERSON_LOCKED'> = {
  code: 'PERSON_LOCKED',
  en: 'After too many wrong passwords there is no login here for a while',
  zh: '密码错误次数过多，暂时不能登录',
  hint: {
    en: 'Wait as long as the answer says, log in at another device, or have a new password set.',
    zh: '请按提示时间稍候，或在其他终端登录，或请管理人员重设密码。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const LOGINS_CLEARED_BEFORE: ErrorRow<'LOGINS_CLEARED_BEFORE'> = {
  code: 'LOGINS_CLEARED_BEFORE',
  en: 'Wrong passwords of this person were cleared within the last hour already',
  zh: '该人员的密码错误记录一小时内已解除过一次',
  hint: {
    en: 'Wait as long as the login says, or have a new password set: that forgets wrong ones too.',
    zh: '请按登录提示的时间稍候，或重设密码；重设后错误记录一并清除。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const SESSION_REQUIRED: ErrorRow<'SESSION_REQUIRED'> = {
  code: 'SESSION_REQUIRED',
  en: 'Nobody is logged in here',
  zh: '尚未登录，或登录已失效',
  hint: {
    en: 'Log in, then go on with the same order. Take no payment a second time.',
    zh: '请登录后继续办理原订单；勿重复收款。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const SESSION_LOCKED: ErrorRow<'SESSION_LOCKED'> = {
  code: 'SESSION_LOCKED',
  en: 'Nobody has used this session for five minutes; it is locked',
  zh: '超过 5 分钟未操作，已锁定',
  hint: {
    en: 'Enter the password again, then go on with the same order. Take no payment a second time.',
    zh: '请重新输入密码后继续办理原订单；勿重复收款。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const ROLE_MISSING: ErrorRow<'ROLE_MISSING'> = {
  code: 'ROLE_MISSING',
  en: 'This is not for the role of the person who is logged in',
  zh: '当前登录人员无此权限',
  hint: {
    en: 'Let somebody log in whose role it is: a shift lead cancels, closes and prints a slip again, finance gives back, an administrator releases.',
    zh: '请有权限的人员登录办理：撤销、关班、补打由班长，退款由财务，解除由管理员。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const PERSON_NOT_VOUCHED: ErrorRow<'PERSON_NOT_VOUCHED'> = {
  code: 'PERSON_NOT_VOUCHED',
  en: 'The word of this person does not count where two are needed: password or roles were set over the network',
  zh: '口令或角色系通过网络设置，该人员不能作为双人办理中的一人',
  hint: {
    en: 'Let somebody say it whose password and roles were set on the server, or have both set there anew. Nothing was decided; pay nothing out before it is.',
    zh: '请由口令和角色均在服务器上设置的人员办理，或在服务器上重新设置口令和角色。尚未作出任何决定，此前请勿退款。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const SHIFT_NOT_OPEN: ErrorRow<'SHIFT_NOT_OPEN'> = {
  code: 'SHIFT_NOT_OPEN',
  en: 'No shift is open here',
  zh: '本机没有未结束的班次',
  hint: {
    en: 'It was closed before, or nobody has logged in yet.',
    zh: '班次已结束，或尚无人登录。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'never',
};

export const PERSON_UNKNOWN: ErrorRow<'PERSON_UNKNOWN'> = {
  code: 'PERSON_UNKNOWN',
  en: 'There is no such person',
  zh: '没有该人员',
  hint: { en: 'Look at the list of persons.', zh: '请查看人员列表。' },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const PERSON_EXISTS: ErrorRow<'PERSON_EXISTS'> = {
  code: 'PERSON_EXISTS',
  en: 'There is a person with this id, and nobody gets the id of another one',
  zh: '该工号已存在，工号不得重复使用',
  hint: { en: 'Choose another id, or change this person.', zh: '请换一个工号，或修改该人员。' },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const PERSONS_NOT_KEPT: ErrorRow<'PERSONS_NOT_KEPT'> = {
  code: 'PERSONS_NOT_KEPT',
  en: 'This server keeps no persons',
  zh: '该服务未启用人员管理',
  hint: {
    en: 'Hand the handler a book of persons.',
    zh: '请为服务配置人员簿。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};
