/** Codes of the authority: refused requests and failing parts behind it. */
import type { ErrorRows } from './row.js';

export const serverErrors = {
  ORDER_UNKNOWN: {
    en: 'There is no such order',
    zh: '订单不存在',
    hint: {
      en: 'Check the order number.',
      zh: '请核对订单号。',
    },
    money: 'untouched',
  },
  IDEMPOTENCY_CONFLICT: {
    en: 'This idempotency key was used for another request',
    zh: '该幂等键已用于其他请求',
    hint: {
      en: 'Use a new key for a new order.',
      zh: '新订单请使用新的幂等键。',
    },
    money: 'untouched',
  },
  PAYMENT_REUSED: {
    en: 'This payment was already booked on another order',
    zh: '该笔付款已记在其他订单',
    hint: {
      en: 'Check the payment number.',
      zh: '请核对付款流水号。',
    },
    money: 'untouched',
  },
  CARD_MISMATCH: {
    en: 'The card in the reader ends in {present}, the order is for {ordered}',
    zh: '读卡器中的卡尾号为 {present}，订单卡尾号为 {ordered}',
    hint: {
      en: 'Put in the card of the order.',
      zh: '请放入订单对应的卡片。',
    },
    money: 'untouched',
  },
  MAC1_INVALID: {
    en: 'The card could not be authenticated (MAC1)',
    zh: '卡片认证失败（MAC1）',
    hint: {
      en: 'Try again. If it repeats, the card or its key is wrong: contact the administrator.',
      zh: '请重试；若反复出现，请联系管理员检查卡片或密钥。',
    },
    money: 'untouched',
  },
  INIT_REFUSED: {
    en: 'The card refused to prepare a load ({sw})',
    zh: '卡片拒绝圈存初始化（{sw}）',
    hint: {
      en: 'Put the card back and try again; if it repeats, contact the issuer.',
      zh: '请重新放卡再试；若仍失败请联系发行方。',
    },
    money: 'untouched',
  },
  CARD_NOT_STORED_VALUE: {
    en: 'Only stored-value cards (储值卡) can be recharged',
    zh: '只有储值卡可以充值',
    hint: {
      en: 'This card is billed by its bank (记账卡) or of another kind; it needs no recharge.',
      zh: '该卡为记账卡或其他卡种，无需充值。',
    },
    money: 'untouched',
  },
  CARD_EXPIRED: {
    en: 'The card expired on {endDate}',
    zh: '卡片已于 {endDate} 过期',
    hint: {
      en: 'The card must be renewed at an outlet before it can be recharged.',
      zh: '请到网点办理续期后再充值。',
    },
    money: 'untouched',
  },
  CARD_NOT_ACTIVE: {
    en: 'The card is valid only from {startDate}',
    zh: '卡片自 {startDate} 起启用',
    hint: {
      en: 'Wait until the card is active.',
      zh: '请待卡片启用后再充值。',
    },
    money: 'untouched',
  },
  CARD_DATES_UNREADABLE: {
    en: 'The validity dates of the card cannot be read',
    zh: '无法读取卡片有效期',
    hint: {
      en: 'Contact the issuer: the card is not personalised as it should be.',
      zh: '请联系发行方：卡片个人化数据有误。',
    },
    money: 'untouched',
  },
  CARD_BLACKLISTED: {
    en: 'The card is on the list of stopped cards',
    zh: '卡片在状态名单（黑名单）中',
    hint: {
      en: 'Contact the issuer.',
      zh: '请联系发行方。',
    },
    money: 'untouched',
  },
  KEY_UNKNOWN: {
    en: 'No key for index {keyIndex}',
    zh: '没有索引 {keyIndex} 对应的密钥',
    hint: {
      en: 'Contact the administrator: the key set does not fit this card.',
      zh: '请联系管理员：密钥配置与该卡不匹配。',
    },
    money: 'untouched',
  },
  SOFTWARE_KEYS_REFUSED: {
    en: 'Software keys are for tests and demonstrations only',
    zh: '软件密钥仅限测试与演示',
    hint: {
      en: 'Pass allowSoftwareKeys: "test", or use an HSM.',
      zh: '请显式传入 allowSoftwareKeys: "test"，或使用加密机。',
    },
    money: 'untouched',
  },
  LEDGER_NOT_DURABLE: {
    en: 'This database answers before its writes are on the disk ({mode})',
    zh: '该数据库在写入落盘前即应答（{mode}）',
    hint: {
      en: 'SQLite: one process, a local disk, WAL. PostgreSQL: fsync and synchronous_commit on.',
      zh: 'SQLite 须单进程、本地磁盘、WAL；PostgreSQL 须开启 fsync 与 synchronous_commit。',
    },
    money: 'untouched',
  },
  LEDGER_BUSY: {
    en: 'Too many changes of one order at the same time',
    zh: '同一订单并发修改过多',
    hint: {
      en: 'Try again.',
      zh: '请重试。',
    },
    money: 'untouched',
  },
} as const satisfies ErrorRows;
