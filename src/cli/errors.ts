/** Rows of the command line. */
import type { ErrorRow } from '../error-row.js';

export const OPTION_INVALID: ErrorRow<'OPTION_INVALID'> = {
  code: 'OPTION_INVALID',
  en: '{option} must be {expected}',
  zh: '{option} 应为 {expected}',
  hint: {
    en: 'Run the command with --help for an example.',
    zh: '加 --help 查看示例。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const FILE_UNREADABLE: ErrorRow<'FILE_UNREADABLE'> = {
  code: 'FILE_UNREADABLE',
  en: 'The file {file} cannot be read',
  zh: '无法读取文件 {file}',
  hint: {
    en: 'Check its name and its permissions.',
    zh: '请检查文件名与权限。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const LEDGER_UNSOUND: ErrorRow<'LEDGER_UNSOUND'> = {
  code: 'LEDGER_UNSOUND',
  en: '{count} things in this ledger are not as they must be',
  zh: '该账本有 {count} 处不符',
  hint: {
    en: 'Keep ledger and journals as they are, stop issuing, and find the cause of each line above.',
    zh: '请保留账本与日志原状，停止授权，并逐条查明以上各项。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const AUDIT_UNSOUND: ErrorRow<'AUDIT_UNSOUND'> = {
  code: 'AUDIT_UNSOUND',
  en: 'This audit file is not what was exported: {count} things are wrong with it',
  zh: '该审计文件与导出时不一致：{count} 处不符',
  hint: {
    en: 'Keep the file, export the trail again, and find out who could write to the first one.',
    zh: '请保留该文件，重新导出并核对，查明何人可改动原文件。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const LEDGER_SERVED: ErrorRow<'LEDGER_SERVED'> = {
  code: 'LEDGER_SERVED',
  en: 'A server has {file} open; only what stands still can be verified',
  zh: '{file} 正由服务使用，只能核对静止的文件',
  hint: {
    en: 'Copy it with `quancun backup`, and verify the copy with --copy.',
    zh: '请先用 `quancun backup` 备份，再以 --copy 核对备份。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const BACKUP_NOT_ANSWERED: ErrorRow<'BACKUP_NOT_ANSWERED'> = {
  code: 'BACKUP_NOT_ANSWERED',
  en: 'A process has {file} open, and does not answer when asked for a copy',
  zh: '{file} 正被占用，且占用进程不响应备份请求',
  hint: {
    en: 'Ask as its owner, on its machine. A server of an older release copies only while stopped.',
    zh: '请以属主身份在本机执行；旧版本服务须停机后备份。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const BACKUP_BY_POSTGRES: ErrorRow<'BACKUP_BY_POSTGRES'> = {
  code: 'BACKUP_BY_POSTGRES',
  en: 'PostgreSQL makes its own copies: pg_dump --format=custom, or pg_basebackup with WAL archiving',
  zh: 'PostgreSQL 请用自带工具：pg_dump --format=custom，或 pg_basebackup 加 WAL 归档',
  hint: {
    en: 'Both are consistent while servers work. Check what was restored with `quancun verify`.',
    zh: '两者均可在线一致备份。恢复后请用 `quancun verify` 核对。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const FILE_UNWRITABLE: ErrorRow<'FILE_UNWRITABLE'> = {
  code: 'FILE_UNWRITABLE',
  en: 'The file {file} cannot be written',
  zh: '无法写入文件 {file}',
  hint: {
    en: 'Check the folder and its permissions.',
    zh: '请检查目录与权限。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FILE_EXISTS: ErrorRow<'FILE_EXISTS'> = {
  code: 'FILE_EXISTS',
  en: 'There is a file {file} already, and it stays as it is',
  zh: '文件 {file} 已存在，未作改动',
  hint: {
    en: 'Give another name, or move that file away first.',
    zh: '请改用其他文件名，或先移走该文件。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const PACKAGE_MISSING: ErrorRow<'PACKAGE_MISSING'> = {
  code: 'PACKAGE_MISSING',
  en: 'This needs the package {name}',
  zh: '需要安装软件包 {name}',
  hint: { en: 'npm install {name}', zh: 'npm install {name}（安装后重试）' },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const KEY_MISSING: ErrorRow<'KEY_MISSING'> = {
  code: 'KEY_MISSING',
  en: 'The key file has no {name}',
  zh: '密钥文件中没有 {name}',
  hint: {
    en: 'Add it, or choose another operation.',
    zh: '请补充该密钥，或选择其他操作。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const PAYMENT_KEY_UNUSABLE: ErrorRow<'PAYMENT_KEY_UNUSABLE'> = {
  code: 'PAYMENT_KEY_UNUSABLE',
  en: 'The file {file} does not hold what {name} must be',
  zh: '文件 {file} 的内容不能用作 {name}',
  hint: {
    en: "Private keys and public keys are RSA keys as PEM text, the APIv3 key is 32 characters; the public key is the provider's, not your own.",
    zh: '请核对密钥文件：商户私钥、支付渠道的公钥（不是自己的公钥）或 32 位密钥。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const CRYPTOGRAM_WRONG: ErrorRow<'CRYPTOGRAM_WRONG'> = {
  code: 'CRYPTOGRAM_WRONG',
  en: '{what} does not verify',
  zh: '{what} 校验不通过',
  hint: {
    en: 'The key does not belong to this card, or the answer was altered. Load or debit nothing more; check the key first.',
    zh: '密钥与卡不匹配，或应答被改动。勿再次圈存或扣款，先核对密钥。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
  words: { what: { 'the trace': { en: 'the trace', zh: '会话记录' } } },
};

export const BENCH_LOAD_IN_DOUBT: ErrorRow<'BENCH_LOAD_IN_DOUBT'> = {
  code: 'BENCH_LOAD_IN_DOUBT',
  en: 'Whether this load is on the card is not known',
  zh: '写卡结果不明',
  hint: {
    en: 'Never run this load twice: settle it with `purse settle`, which reads proof, balance and log first.',
    zh: '切勿再次执行 purse load。先用 purse settle 核实（依次读凭证、余额、交易记录）。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: false,
  retry: 'never',
};

export const LOAD_NOT_WRITTEN: ErrorRow<'LOAD_NOT_WRITTEN'> = {
  code: 'LOAD_NOT_WRITTEN',
  en: 'The card refused the load; its counter proves that nothing was written',
  zh: '卡片拒绝圈存；联机交易序号证明未写入',
  hint: {
    en: 'Nothing to repair: run the load again.',
    zh: '无需处理，可再次圈存。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const BALANCE_DIFFERS: ErrorRow<'BALANCE_DIFFERS'> = {
  code: 'BALANCE_DIFFERS',
  en: 'The balance after the load is not {expectedYuan} yuan',
  zh: '圈存后余额不是 {expectedYuan} 元',
  hint: {
    en: 'Load nothing more. Read the log of the card: something else wrote to it, or its answer was garbled.',
    zh: '勿再圈存。请读取卡内交易记录：期间可能有其他写入，或应答损坏。',
  },
  money: 'moved',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const PURCHASE_IN_DOUBT: ErrorRow<'PURCHASE_IN_DOUBT'> = {
  code: 'PURCHASE_IN_DOUBT',
  en: 'The debit was not confirmed: only the card knows whether it paid',
  zh: '扣款结果未确认，是否扣款以卡片为准',
  hint: {
    en: 'Nothing was sent again. Read the balance and the log of the card before you debit once more.',
    zh: '未重复发送。再次扣款前请先读取卡内余额与交易记录。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const DEMO_BOOKS_DIFFER: ErrorRow<'DEMO_BOOKS_DIFFER'> = {
  code: 'DEMO_BOOKS_DIFFER',
  en: 'Card and ledger do not agree: {what}',
  zh: '卡片与账本不一致：{what}',
  hint: {
    en: 'Report this with the output above: it must never happen.',
    zh: '请附上以上输出上报：这绝不应发生。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const PORT_UNAVAILABLE: ErrorRow<'PORT_UNAVAILABLE'> = {
  code: 'PORT_UNAVAILABLE',
  en: 'The server cannot listen at {host}, port {port}',
  zh: '无法在 {host} 监听端口 {port}',
  hint: {
    en: 'Another program may use the port, or it needs more rights: choose another with --port.',
    zh: '端口可能被其他程序占用，或权限不足；可用 --port 换一个端口。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const NOT_CONFIRMED: ErrorRow<'NOT_CONFIRMED'> = {
  code: 'NOT_CONFIRMED',
  en: 'Nobody has confirmed this, and nothing was done',
  zh: '未经确认，未作任何处理',
  hint: {
    en: 'Type yes when you are asked; a script says --yes.',
    zh: '请在提示时输入“是”；脚本请使用 --yes。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const EXPORT_INCOMPLETE: ErrorRow<'EXPORT_INCOMPLETE'> = {
  code: 'EXPORT_INCOMPLETE',
  en: 'The rows of {day} do not add up to what was closed',
  zh: '{day} 的明细与日结合计不符',
  hint: {
    en: 'The file was not kept. Keep the database as it is, and have it verified.',
    zh: '未保留该文件。请保持数据库原状并核对账本。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};
