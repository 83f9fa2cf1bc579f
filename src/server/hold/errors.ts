/** Rows of a file that one process holds: the SQLite ledger's, and a journal's. */
import type { ErrorRow } from '../../error-row.js';

export const LEDGER_IN_USE: ErrorRow<'LEDGER_IN_USE'> = {
  code: 'LEDGER_IN_USE',
  en: 'Another process has the database open ({file})',
  zh: '数据库正被另一进程使用（{file}）',
  hint: {
    en: 'A SQLite file is for one server process; stop the other one, or use PostgreSQL.',
    zh: 'SQLite 文件仅供一个服务进程使用；请停止另一进程，或改用 PostgreSQL。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const JOURNAL_IN_USE: ErrorRow<'JOURNAL_IN_USE'> = {
  code: 'JOURNAL_IN_USE',
  en: 'Another process writes this issuance journal ({file})',
  zh: '授权日志正被另一进程写入（{file}）',
  hint: {
    en: 'A journal is for one server process; give each server a file of its own.',
    zh: '一个授权日志仅供一个服务进程使用；请为每个服务指定各自的文件。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const LEDGER_REPLACED: ErrorRow<'LEDGER_REPLACED'> = {
  code: 'LEDGER_REPLACED',
  en: 'The database {file} was moved, deleted, linked or replaced while the server had it open',
  zh: '数据库 {file} 在服务运行期间被移动、删除、链接或替换',
  hint: {
    en: 'Nothing left this server for it. Stop the server. Put the file back with its own -wal file; before you start on another file, put the old file and its -wal away, both.',
    zh: '本次操作未发出任何指令。请停止服务：将原文件连同其 -wal 文件放回；如改用其他文件，须先移走原文件及其 -wal。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const LEDGER_NOT_DATABASE: ErrorRow<'LEDGER_NOT_DATABASE'> = {
  code: 'LEDGER_NOT_DATABASE',
  en: '{file} is no SQLite database, or a damaged one',
  zh: '{file} 不是 SQLite 数据库，或已损坏',
  hint: {
    en: 'Check the name. A damaged database is restored from a copy, with its -wal file.',
    zh: '请核对文件名；若数据库已损坏，请从备份（连同 -wal 文件）恢复。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const LEDGER_WAL_ASTRAY: ErrorRow<'LEDGER_WAL_ASTRAY'> = {
  code: 'LEDGER_WAL_ASTRAY',
  en: 'Orders of the database {file} stand in {wal}, where it would not look for them',
  zh: '数据库 {file} 的部分订单写在 {wal} 中，按现名打开将无法读到',
  hint: {
    en: 'Delete neither. Start the release that wrote it once more under that name, stop it with Ctrl-C, and start again.',
    zh: '请勿删除任何文件。请用原版本按原名再启动一次并以 Ctrl-C 正常停止，然后重新启动。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FILE_LINKED: ErrorRow<'FILE_LINKED'> = {
  code: 'FILE_LINKED',
  en: '{file} has a second name (a hard link), or is mounted alone, without its folder',
  zh: '{file} 另有硬链接名称，或仅单个文件被挂载而非所在目录',
  hint: {
    en: 'Mount the folder; keep one name. Before you remove the other one, look for a -wal file beside it: it holds orders.',
    zh: '请挂载整个目录，并只保留一个名称。移除另一名称前，请检查其旁是否有 -wal 文件，其中可能有订单。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FILE_LOCK_MISSING: ErrorRow<'FILE_LOCK_MISSING'> = {
  code: 'FILE_LOCK_MISSING',
  en: 'The program flock, which locks {file} for this process, is not installed',
  zh: '未安装用于锁定 {file} 的程序 flock',
  hint: {
    en: 'Install util-linux (busybox has flock too), and see that it is on the PATH.',
    zh: '请安装 util-linux（busybox 亦可），并确保 flock 在 PATH 中。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FILE_LOCK_FAILED: ErrorRow<'FILE_LOCK_FAILED'> = {
  code: 'FILE_LOCK_FAILED',
  en: '{file} cannot be locked for this process ({reason})',
  zh: '无法为本进程锁定 {file}（{reason}）',
  hint: {
    en: 'Put it on a local disk: nobody can be kept out of it where it is.',
    zh: '请将其放在本地磁盘上：当前位置无法阻止其他进程使用。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FILE_FOLDER_MISSING: ErrorRow<'FILE_FOLDER_MISSING'> = {
  code: 'FILE_FOLDER_MISSING',
  en: 'There is no folder for {file}',
  zh: '{file} 所在目录不存在',
  hint: {
    en: 'Check the name, or make the folder. A disk that should be there may not be mounted.',
    zh: '请核对路径或创建目录；也可能磁盘尚未挂载。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FILE_READ_ONLY: ErrorRow<'FILE_READ_ONLY'> = {
  code: 'FILE_READ_ONLY',
  en: '{file} or its folder may not be written',
  zh: '{file} 或其所在目录不可写',
  hint: {
    en: 'Give the user of the server the right to write both; the disk may be mounted read-only.',
    zh: '请为服务所用账户授予文件和目录的写权限；磁盘也可能为只读挂载。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FILE_NOT_PLAIN: ErrorRow<'FILE_NOT_PLAIN'> = {
  code: 'FILE_NOT_PLAIN',
  en: '{file} is a folder or a device, not a file',
  zh: '{file} 是目录或设备，不是普通文件',
  hint: { en: 'Name a file in it.', zh: '请指定其中的一个文件。' },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FILE_NAME_TOO_LONG: ErrorRow<'FILE_NAME_TOO_LONG'> = {
  code: 'FILE_NAME_TOO_LONG',
  en: 'The name of {file}, or of what stands beside it, is too long',
  zh: '{file} 或其伴随文件的名称过长',
  hint: { en: 'Choose a shorter name.', zh: '请使用较短的名称。' },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FILE_DISK_FULL: ErrorRow<'FILE_DISK_FULL'> = {
  code: 'FILE_DISK_FULL',
  en: 'The disk of {file} is full, or does not take what is written',
  zh: '{file} 所在磁盘已满或无法写入',
  hint: {
    en: 'Make room, look at the disk, and start again.',
    zh: '请清理空间并检查磁盘，然后重新启动。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const FILE_NOT_OPENED: ErrorRow<'FILE_NOT_OPENED'> = {
  code: 'FILE_NOT_OPENED',
  en: '{file} cannot be opened ({reason})',
  zh: '无法打开 {file}（{reason}）',
  hint: {
    en: 'Look up what the system says of it, and start again.',
    zh: '请按系统给出的原因处理后重新启动。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};
