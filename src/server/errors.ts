/** Rows of the authority: what it refuses, and why it cannot go on. */
import type { ErrorRow } from '../error-row.js';
import { ORDER_STATE_NAMES } from '../order-states.js';

export { ORDER_UNKNOWN } from '../load/errors.js';

export const BOOK_BALANCE_MISMATCH: ErrorRow<'BOOK_BALANCE_MISMATCH'> = {
  code: 'BOOK_BALANCE_MISMATCH',
  en: 'The balance of the card ({cardYuan} yuan) is not the one in the books ({bookYuan} yuan)',
  zh: '卡余额和库余额不一致，不允许圈存充值！卡 {cardYuan} 元，库 {bookYuan} 元',
  hint: {
    en: 'Refund nothing on your own.',
    zh: '勿自行退款。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const OUTLET_REFUSED: ErrorRow<'OUTLET_REFUSED'> = {
  code: 'OUTLET_REFUSED',
  en: 'This is not for this outlet to do',
  zh: '该网点不可办理此业务',
  hint: {
    en: "Another outlet does it, or the office. If it is this one's, check the outlet of the terminal.",
    zh: '请由其他网点或后台办理；如应由本网点办理，请核对终端所属网点。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export { IDEMPOTENCY_CONFLICT } from '../core-errors.js';

export const PAYMENT_REUSED: ErrorRow<'PAYMENT_REUSED'> = {
  code: 'PAYMENT_REUSED',
  en: 'This payment was already booked on another order',
  zh: '该笔付款已记在其他订单',
  hint: {
    en: 'Check the payment number, and look at 充值记录 (recharge records). Take no money again.',
    zh: '核对付款流水号，先查【充值记录】；勿再收款。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const MAC1_INVALID: ErrorRow<'MAC1_INVALID'> = {
  code: 'MAC1_INVALID',
  en: 'The card could not be authenticated (MAC1)',
  zh: '卡片认证失败（MAC1）',
  hint: {
    en: 'Look whether it is still the same card. If it is not, put the right one back. If it is, try once more, a paid order by load (圈存), and stop if it fails again.',
    zh: '先核对是不是刚才那张卡：不是，换回原卡；是，再试一次（已付款的点【圈存】），仍失败即停止。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const INIT_REFUSED: ErrorRow<'INIT_REFUSED'> = {
  code: 'INIT_REFUSED',
  en: 'The card refused to prepare a load ({sw})',
  zh: '卡片拒绝圈存初始化（{sw}）',
  hint: {
    en: 'Put the card in place and try once more; a paid order by load (圈存), never by a new payment. If it fails again, stop.',
    zh: '放好卡再试一次；已付款的点【圈存】，不要重新收款。再失败一次即停止。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const CARD_BLACKLISTED: ErrorRow<'CARD_BLACKLISTED'> = {
  code: 'CARD_BLACKLISTED',
  en: 'The card is on the list of stopped cards',
  zh: '该卡已停用（状态名单）',
  hint: {
    en: 'The customer calls the service line of the issuer.',
    zh: '请客户联系发行方客服。',
  },
  money: 'untouched',
  actor: 'customer',
  stop: false,
  retry: 'after',
};

export const KEY_UNKNOWN: ErrorRow<'KEY_UNKNOWN'> = {
  code: 'KEY_UNKNOWN',
  en: 'No key for index {keyIndex}',
  zh: '没有索引 {keyIndex} 对应的密钥',
  hint: {
    en: 'The key of this card is not configured.',
    zh: '该卡密钥未配置。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const BODY_TOO_LARGE: ErrorRow<'BODY_TOO_LARGE'> = {
  code: 'BODY_TOO_LARGE',
  en: 'The request is larger than {maxBytes} bytes',
  zh: '请求超过 {maxBytes} 字节',
  hint: { en: 'Send less; nothing was changed.', zh: '请缩小请求；未做任何更改。' },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const SCOPE_MISSING: ErrorRow<'SCOPE_MISSING'> = {
  code: 'SCOPE_MISSING',
  en: 'This terminal may not do that ({scope})',
  zh: '该终端无此权限（{scope}）',
  hint: {
    en: 'The terminal has to be given this right.',
    zh: '需为该终端开通此权限。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const AMOUNT_OVER_TERMINAL_LIMIT: ErrorRow<'AMOUNT_OVER_TERMINAL_LIMIT'> = {
  code: 'AMOUNT_OVER_TERMINAL_LIMIT',
  en: 'The amount is over the limit of this terminal, {maxYuan} yuan',
  zh: '超过本终端单笔限额 {maxYuan} 元',
  hint: {
    en: 'Use a smaller amount, or a terminal with a higher limit.',
    zh: '请减少金额，或换一台限额更高的终端。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const ROUTE_UNKNOWN: ErrorRow<'ROUTE_UNKNOWN'> = {
  code: 'ROUTE_UNKNOWN',
  en: 'There is nothing at this address',
  zh: '接口不存在',
  hint: { en: 'See /openapi.json.', zh: '请查看 /openapi.json。' },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const TOO_MANY_WRONG_CODES: ErrorRow<'TOO_MANY_WRONG_CODES'> = {
  code: 'TOO_MANY_WRONG_CODES',
  en: 'Too many failed checks: this card or terminal may not load for a while',
  zh: '验证失败过多，该卡或终端暂停圈存',
  hint: {
    en: 'It ends by itself, at the latest after 24 hours; the back office can end it before.',
    zh: '最长 24 小时后自动恢复，后台也可提前解除。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const RANGE_TOO_LONG: ErrorRow<'RANGE_TOO_LONG'> = {
  code: 'RANGE_TOO_LONG',
  en: 'End and start of a query are at most 30 days apart',
  zh: '结束时间和开始时间差值必须在30天之内！',
  hint: { en: 'Choose a shorter range.', zh: '请缩短查询时间范围。' },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const JOURNAL_BROKEN: ErrorRow<'JOURNAL_BROKEN'> = {
  code: 'JOURNAL_BROKEN',
  en: 'Line {line} of the journal does not fit its chain ({segment})',
  zh: '授权日志第 {line} 行与哈希链不符（{segment}）',
  hint: {
    en: 'The journal was changed or damaged. Administrator: keep the file; put its whole copy back, or, when the database itself has lost nothing, have two people give the journal up (quancun journal --give-up) and start with a new file.',
    zh: '日志被改动或损坏。管理员：保留该文件；恢复完整副本，或在确认数据库未丢失数据后，由两人放弃该日志（quancun journal --give-up）并以新文件启动。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const LEDGER_INCOMPLETE: ErrorRow<'LEDGER_INCOMPLETE'> = {
  code: 'LEDGER_INCOMPLETE',
  en: 'The database was restored in part: it lacks {missing}',
  zh: '数据库恢复不完整，缺少：{missing}',
  hint: {
    en: 'Nothing was issued. Administrator: stop all servers, restore the copy again (pg_restore with --single-transaction), then start them.',
    zh: '未发出任何授权。管理员：停止所有服务器，重新恢复备份（pg_restore 加 --single-transaction），再启动。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
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
  actor: 'administrator',
  stop: false,
  retry: 'after',
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
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const RANGE_REVERSED: ErrorRow<'RANGE_REVERSED'> = {
  code: 'RANGE_REVERSED',
  en: 'The end of a query is before its start',
  zh: '结束时间须晚于开始时间',
  hint: {
    en: 'Choose a later end, or an earlier start.',
    zh: '请更正查询时间。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const ORDER_NOT_PRINTABLE: ErrorRow<'ORDER_NOT_PRINTABLE'> = {
  code: 'ORDER_NOT_PRINTABLE',
  en: 'There is no slip to print for this order: {state}',
  zh: '该订单没有可打印的小票（{state}）',
  hint: {
    en: 'Look at 充值记录 (recharge records). Take no money again.',
    zh: '查【充值记录】，勿再收款。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'never',
  words: { state: ORDER_STATE_NAMES },
};

export const ORIGIN_REFUSED: ErrorRow<'ORIGIN_REFUSED'> = {
  code: 'ORIGIN_REFUSED',
  en: 'This was asked by no page of this counter',
  zh: '请求不是由本柜台页面发出',
  hint: {
    en: 'Open the page of the counter under its own address.',
    zh: '请从柜台页面自己的网址打开。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const AUDIT_INCOMPLETE: ErrorRow<'AUDIT_INCOMPLETE'> = {
  code: 'AUDIT_INCOMPLETE',
  en: 'Events are missing in the audit trail of this ledger',
  zh: '该账本的审计记录不完整',
  hint: {
    en: 'Keep ledger and journals as they are, and find the cause with `quancun verify`.',
    zh: '请保留账本与日志原状，并用 `quancun verify` 查明原因。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};
