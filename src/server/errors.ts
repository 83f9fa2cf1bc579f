/** Rows of the authority: what it refuses, and why it cannot go on. */
import type { ErrorRow } from '../error-row.js';

export const BOOK_BALANCE_MISMATCH: ErrorRow<'BOOK_BALANCE_MISMATCH'> = {
  code: 'BOOK_BALANCE_MISMATCH',
  en: 'The balance of the card ({cardFen} fen) is not the one in the books ({bookFen} fen)',
  zh: '卡余额和库余额不一致，不允许圈存充值！（卡 {cardFen} 分，库 {bookFen} 分）',
  hint: {
    en: 'Contact the administrator (联系管理员). The payment is kept, and can be given back.',
    zh: '请联系管理员；已付款项保留，可以退款。',
  },
  money: 'untouched',
};

export const OUTLET_REFUSED: ErrorRow<'OUTLET_REFUSED'> = {
  code: 'OUTLET_REFUSED',
  en: 'This outlet may not recharge cards',
  zh: '该网点未获准办理充值',
  hint: {
    en: 'Check the outlet of the terminal with the administrator.',
    zh: '请与管理员核对终端所属网点。',
  },
  money: 'untouched',
};

export const ORDER_UNKNOWN: ErrorRow<'ORDER_UNKNOWN'> = {
  code: 'ORDER_UNKNOWN',
  en: 'There is no such order',
  zh: '订单不存在',
  hint: {
    en: 'Check the order number.',
    zh: '请核对订单号。',
  },
  money: 'untouched',
};

export const IDEMPOTENCY_CONFLICT: ErrorRow<'IDEMPOTENCY_CONFLICT'> = {
  code: 'IDEMPOTENCY_CONFLICT',
  en: 'This idempotency key was used for another request',
  zh: '该幂等键已用于其他请求',
  hint: {
    en: 'Use a new key for a new order.',
    zh: '新订单请使用新的幂等键。',
  },
  money: 'untouched',
};

export const PAYMENT_REUSED: ErrorRow<'PAYMENT_REUSED'> = {
  code: 'PAYMENT_REUSED',
  en: 'This payment was already booked on another order',
  zh: '该笔付款已记在其他订单',
  hint: {
    en: 'Check the payment number.',
    zh: '请核对付款流水号。',
  },
  money: 'untouched',
};

export const CARD_MISMATCH: ErrorRow<'CARD_MISMATCH'> = {
  code: 'CARD_MISMATCH',
  en: 'The card in the reader ends in {present}, the order is for {ordered}',
  zh: '读卡器中的卡尾号为 {present}，订单卡尾号为 {ordered}',
  hint: {
    en: 'Put in the card of the order.',
    zh: '请放入订单对应的卡片。',
  },
  money: 'untouched',
};

export const MAC1_INVALID: ErrorRow<'MAC1_INVALID'> = {
  code: 'MAC1_INVALID',
  en: 'The card could not be authenticated (MAC1)',
  zh: '卡片认证失败（MAC1）',
  hint: {
    en: 'Try again. If it repeats, the card or its key is wrong: contact the administrator.',
    zh: '请重试；若反复出现，请联系管理员检查卡片或密钥。',
  },
  money: 'untouched',
};

export const INIT_REFUSED: ErrorRow<'INIT_REFUSED'> = {
  code: 'INIT_REFUSED',
  en: 'The card refused to prepare a load ({sw})',
  zh: '卡片拒绝圈存初始化（{sw}）',
  hint: {
    en: 'Put the card back and try again; if it repeats, contact the issuer.',
    zh: '请重新放卡再试；若仍失败请联系发行方。',
  },
  money: 'untouched',
};

export const CARD_BLACKLISTED: ErrorRow<'CARD_BLACKLISTED'> = {
  code: 'CARD_BLACKLISTED',
  en: 'The card is on the list of stopped cards',
  zh: '卡片在状态名单（黑名单）中',
  hint: {
    en: 'Contact the issuer.',
    zh: '请联系发行方。',
  },
  money: 'untouched',
};

export const KEY_UNKNOWN: ErrorRow<'KEY_UNKNOWN'> = {
  code: 'KEY_UNKNOWN',
  en: 'No key for index {keyIndex}',
  zh: '没有索引 {keyIndex} 对应的密钥',
  hint: {
    en: 'Contact the administrator: the key set does not fit this card.',
    zh: '请联系管理员：密钥配置与该卡不匹配。',
  },
  money: 'untouched',
};

export const SOFTWARE_KEYS_REFUSED: ErrorRow<'SOFTWARE_KEYS_REFUSED'> = {
  code: 'SOFTWARE_KEYS_REFUSED',
  en: 'Software keys are for tests and demonstrations only',
  zh: '软件密钥仅限测试与演示',
  hint: {
    en: 'Pass allowSoftwareKeys: "test", or use an HSM.',
    zh: '请显式传入 allowSoftwareKeys: "test"，或使用加密机。',
  },
  money: 'untouched',
};

export const BODY_TOO_LARGE: ErrorRow<'BODY_TOO_LARGE'> = {
  code: 'BODY_TOO_LARGE',
  en: 'The request is larger than {maxBytes} bytes',
  zh: '请求超过 {maxBytes} 字节',
  hint: { en: 'Send less; nothing was changed.', zh: '请缩小请求；未做任何更改。' },
  money: 'untouched',
};

export const SCOPE_MISSING: ErrorRow<'SCOPE_MISSING'> = {
  code: 'SCOPE_MISSING',
  en: 'This terminal may not do that ({scope})',
  zh: '该终端无此权限（{scope}）',
  hint: { en: 'Ask the administrator for the right.', zh: '请向管理员申请权限。' },
  money: 'untouched',
};

export const AMOUNT_OVER_TERMINAL_LIMIT: ErrorRow<'AMOUNT_OVER_TERMINAL_LIMIT'> = {
  code: 'AMOUNT_OVER_TERMINAL_LIMIT',
  en: 'The amount is over the limit of this terminal',
  zh: '金额超过该终端限额',
  hint: { en: 'Use a smaller amount, or another terminal.', zh: '请减少金额或更换终端。' },
  money: 'untouched',
};

export const ROUTE_UNKNOWN: ErrorRow<'ROUTE_UNKNOWN'> = {
  code: 'ROUTE_UNKNOWN',
  en: 'There is nothing at this address',
  zh: '接口不存在',
  hint: { en: 'See /openapi.json.', zh: '请查看 /openapi.json。' },
  money: 'untouched',
};

export const TOO_MANY_WRONG_CODES: ErrorRow<'TOO_MANY_WRONG_CODES'> = {
  code: 'TOO_MANY_WRONG_CODES',
  en: 'Too many wrong codes from this card or terminal',
  zh: '该卡或终端的校验错误过多',
  hint: {
    en: 'Wait, or contact the administrator: someone may be guessing.',
    zh: '请稍后再试或联系管理员：可能有人试探。',
  },
  money: 'untouched',
};

export const RANGE_TOO_LONG: ErrorRow<'RANGE_TOO_LONG'> = {
  code: 'RANGE_TOO_LONG',
  en: 'End and start of a query are at most 30 days apart',
  zh: '结束时间和开始时间差值必须在30天之内！',
  hint: { en: 'Choose a shorter range.', zh: '请缩短查询时间范围。' },
  money: 'untouched',
};

export const RANGE_REVERSED: ErrorRow<'RANGE_REVERSED'> = {
  code: 'RANGE_REVERSED',
  en: 'The query ends before it begins',
  zh: '结束时间须晚于开始时间',
  hint: { en: 'Correct the start or the end.', zh: '请更正开始时间或结束时间。' },
  money: 'untouched',
};

export const JOURNAL_BROKEN: ErrorRow<'JOURNAL_BROKEN'> = {
  code: 'JOURNAL_BROKEN',
  en: 'Line {line} of the journal does not fit its chain ({segment})',
  zh: '签发日志第 {line} 行与哈希链不符（{segment}）',
  hint: {
    en: 'The journal was changed or damaged. Administrator: keep the file; put its whole copy back, or, when the database itself has lost nothing, have two people give the journal up (quancun journal --give-up) and start with a new file.',
    zh: '日志被改动或损坏。管理员：保留该文件；恢复完整副本，或在确认数据库未丢失数据后，由两人放弃该日志（quancun journal --give-up）并以新文件启动。',
  },
  money: 'in-doubt',
};

export const LEDGER_INCOMPLETE: ErrorRow<'LEDGER_INCOMPLETE'> = {
  code: 'LEDGER_INCOMPLETE',
  en: 'The database was restored in part: it lacks {missing}',
  zh: '数据库恢复不完整，缺少：{missing}',
  hint: {
    en: 'Nothing was issued. Administrator: stop all servers, restore the copy again (pg_restore with --single-transaction), then start them.',
    zh: '未签发任何授权。管理员：停止所有服务器，重新恢复备份（pg_restore 加 --single-transaction），再启动。',
  },
  money: 'untouched',
};

export const LEDGER_NOT_DURABLE: ErrorRow<'LEDGER_NOT_DURABLE'> = {
  code: 'LEDGER_NOT_DURABLE',
  en: 'This database answers before its writes are on the disk ({mode})',
  zh: '该数据库在写入落盘前即应答（{mode}）',
  hint: {
    en: 'SQLite: one process, a local disk, WAL. PostgreSQL: fsync and synchronous_commit on.',
    zh: 'SQLite 须单进程、本地磁盘、WAL；PostgreSQL 须开启 fsync 与 synchronous_commit。',
  },
  money: 'untouched',
};

export const LEDGER_OTHER_SCHEMA: ErrorRow<'LEDGER_OTHER_SCHEMA'> = {
  code: 'LEDGER_OTHER_SCHEMA',
  en: 'This ledger has schema {found}, and this release verifies schema {known}',
  zh: '账本结构版本为 {found}，本版本仅核对 {known}',
  hint: {
    en: 'Verify it with the release that wrote it, or a copy that this release has opened once.',
    zh: '请用写入它的版本核对，或先用本版本打开其副本一次。',
  },
  money: 'untouched',
};

export const BACKUP_EXISTS: ErrorRow<'BACKUP_EXISTS'> = {
  code: 'BACKUP_EXISTS',
  en: 'There is a file {file} already, and it stays as it is',
  zh: '文件 {file} 已存在，未作改动',
  hint: {
    en: 'Give every copy a name of its own, such as one with the date.',
    zh: '请为每份备份使用不同的文件名，例如带日期。',
  },
  money: 'untouched',
};

export const BACKUP_FAILED: ErrorRow<'BACKUP_FAILED'> = {
  code: 'BACKUP_FAILED',
  en: 'The copy {file} could not be made ({reason})',
  zh: '备份 {file} 未能完成（{reason}）',
  hint: {
    en: 'Nothing is left of it, and the server goes on. Check folder, permissions and room.',
    zh: '未留下残余文件，服务不受影响。请检查目录、权限与磁盘空间。',
  },
  money: 'untouched',
};
