/**
 * Rows of what stands behind a server and may be away for a while. Each is answered with 503: the
 * same message, sent again, is decided as if nothing had been.
 */
import type { ErrorRow, Hint } from '../../error-row.js';

/** What is safe whatever had happened before the outage. */
const ASK_AGAIN: Hint = {
  en: 'Send the same again in a moment: it is done once. If money was taken, never take it twice.',
  zh: '请稍后原样重试：不会重复执行。如已收款，切勿再次收款。',
};

/** In doubt where the answer to a COMMIT was lost: the same message, sent again, decides it. */
export const LEDGER_UNAVAILABLE: ErrorRow<'LEDGER_UNAVAILABLE'> = {
  code: 'LEDGER_UNAVAILABLE',
  en: 'The ledger does not answer at the moment ({problem})',
  zh: '账本暂时不可用（{problem}）',
  hint: ASK_AGAIN,
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const LEDGER_READ_ONLY: ErrorRow<'LEDGER_READ_ONLY'> = {
  code: 'LEDGER_READ_ONLY',
  en: 'The database may only be read: it is a standby, or was set so',
  zh: '数据库为只读（备库或只读设置）',
  hint: {
    en: 'Administrator: name the primary in --db, or end default_transaction_read_only. Then send the same again.',
    zh: '管理员：请连接主库，或取消只读设置；之后原样重试。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const LEDGER_ACCESS_DENIED: ErrorRow<'LEDGER_ACCESS_DENIED'> = {
  code: 'LEDGER_ACCESS_DENIED',
  en: 'The database does not admit this server ({problem})',
  zh: '数据库拒绝访问（{problem}）',
  hint: {
    en: 'Administrator: check user, password and the rights of the role. Then send the same again.',
    zh: '管理员：请检查数据库用户、密码与角色权限；之后原样重试。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const LEDGER_DATABASE_UNKNOWN: ErrorRow<'LEDGER_DATABASE_UNKNOWN'> = {
  code: 'LEDGER_DATABASE_UNKNOWN',
  en: 'There is no such database or schema ({problem})',
  zh: '数据库或模式不存在（{problem}）',
  hint: {
    en: 'Administrator: check the name, or create it. An empty one holds no orders: never point a server in use at it.',
    zh: '管理员：请检查名称或新建。空库不含任何订单，切勿将在用服务指向空库。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const LEDGER_NEWER: ErrorRow<'LEDGER_NEWER'> = {
  code: 'LEDGER_NEWER',
  en: 'The database is of a newer version ({version}); this server reads up to {known}',
  zh: '数据库版本（{version}）较新，本服务仅支持到 {known}',
  hint: {
    en: 'Administrator: update this server. Never change the version in the database.',
    zh: '管理员：请升级本服务；切勿修改数据库中的版本号。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

/** Before a MAC2 has left, no money moves; a TAC that was not weighed is sent again. */
export const HSM_UNAVAILABLE: ErrorRow<'HSM_UNAVAILABLE'> = {
  code: 'HSM_UNAVAILABLE',
  en: 'The HSM does not answer at the moment ({problem})',
  zh: '加密机暂时不可用（{problem}）',
  hint: ASK_AGAIN,
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const BOOKS_UNAVAILABLE: ErrorRow<'BOOKS_UNAVAILABLE'> = {
  code: 'BOOKS_UNAVAILABLE',
  en: "The issuer's books or list of stopped cards do not answer at the moment ({problem})",
  zh: '发行方库余额或状态名单暂时不可用（{problem}）',
  hint: ASK_AGAIN,
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const JOURNAL_UNAVAILABLE: ErrorRow<'JOURNAL_UNAVAILABLE'> = {
  code: 'JOURNAL_UNAVAILABLE',
  en: 'The issuance journal cannot be written at the moment ({problem})',
  zh: '授权日志暂时无法写入（{problem}）',
  hint: {
    en: 'Send the same again in a moment: no MAC2 has left. Administrator: make room on the disk of the journal.',
    zh: '请稍后原样重试：MAC2 未签出。管理员：请检查日志所在磁盘空间。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};
