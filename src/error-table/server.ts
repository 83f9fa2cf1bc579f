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
  BODY_TOO_LARGE: {
    en: 'The request is larger than {maxBytes} bytes',
    zh: '请求超过 {maxBytes} 字节',
    hint: { en: 'Send less; nothing was changed.', zh: '请缩小请求；未做任何更改。' },
    money: 'untouched',
  },
  SIGNATURE_INVALID: {
    en: 'The request is not signed by a terminal that this server knows',
    zh: '请求签名无效，或终端未登记',
    hint: {
      en: 'Check key id, secret, and what is signed; nothing was changed.',
      zh: '请检查终端密钥与签名内容；未做任何更改。',
    },
    money: 'untouched',
  },
  CLOCK_SKEW: {
    en: "The clock of the terminal is too far from the server's",
    zh: '终端时钟与服务器相差过大',
    hint: {
      en: 'Set the clock of the terminal; nothing was changed.',
      zh: '请校准终端时钟；未做任何更改。',
    },
    money: 'untouched',
  },
  REQUEST_REPLAYED: {
    en: 'This very request was received before',
    zh: '该请求已收到过（重放）',
    hint: {
      en: 'Sign a fresh request with a new nonce; the same idempotency key gives the stored answer.',
      zh: '请用新的随机数重新签名；相同幂等键会返回原结果。',
    },
    money: 'untouched',
  },
  SCOPE_MISSING: {
    en: 'This terminal may not do that ({scope})',
    zh: '该终端无此权限（{scope}）',
    hint: { en: 'Ask the administrator for the right.', zh: '请向管理员申请权限。' },
    money: 'untouched',
  },
  AMOUNT_OVER_TERMINAL_LIMIT: {
    en: 'The amount is over the limit of this terminal',
    zh: '金额超过该终端限额',
    hint: { en: 'Use a smaller amount, or another terminal.', zh: '请减少金额或更换终端。' },
    money: 'untouched',
  },
  ROUTE_UNKNOWN: {
    en: 'There is nothing at this address',
    zh: '接口不存在',
    hint: { en: 'See /openapi.json.', zh: '请查看 /openapi.json。' },
    money: 'untouched',
  },
  TOO_MANY_WRONG_CODES: {
    en: 'Too many wrong codes from this card or terminal',
    zh: '该卡或终端的校验错误过多',
    hint: {
      en: 'Wait, or contact the administrator: someone may be guessing.',
      zh: '请稍后再试或联系管理员：可能有人试探。',
    },
    money: 'untouched',
  },
  SERVER_UNREACHABLE: {
    en: 'The server cannot be reached',
    zh: '无法连接服务器',
    hint: {
      en: 'Check the network, then load (圈存): nothing is lost, and nothing is done twice.',
      zh: '请检查网络后圈存：款项不会丢失，也不会重复。',
    },
    money: 'in-doubt',
  },
  RANGE_TOO_LONG: {
    en: 'The range of a query is at most 30 days, and ends after it begins',
    zh: '结束时间和开始时间差值必须在30天之内！',
    hint: { en: 'Choose a shorter range.', zh: '请缩短查询时间范围。' },
    money: 'untouched',
  },
  JOURNAL_BROKEN: {
    en: 'Line {line} of the issuance journal does not fit its chain',
    zh: '签发日志第 {line} 行与哈希链不符',
    hint: {
      en: 'Stop and contact the administrator: the journal was changed or damaged.',
      zh: '请停止使用并联系管理员：日志被改动或损坏。',
    },
    money: 'in-doubt',
  },
  JOURNAL_AHEAD: {
    en: 'The database has lost {count} issues that the journal knows',
    zh: '数据库缺少签发日志中的 {count} 笔签发',
    hint: {
      en: 'It was restored from an old copy. Restore a newer one; until then nothing may be issued.',
      zh: '数据库可能由旧备份恢复，请恢复较新的备份；在此之前禁止签发。',
    },
    money: 'in-doubt',
  },
  LEDGER_IN_USE: {
    en: 'Another process has the database open ({file})',
    zh: '数据库正被另一进程使用（{file}）',
    hint: {
      en: 'A SQLite file is for one server process; stop the other one, or use PostgreSQL.',
      zh: 'SQLite 文件仅供一个服务进程使用；请停止另一进程，或改用 PostgreSQL。',
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
