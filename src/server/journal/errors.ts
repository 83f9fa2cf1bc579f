/** Rows of ledgers and journals that do not fit together. */
import type { ErrorRow } from '../../error-row.js';

export const JOURNAL_MISSING: ErrorRow<'JOURNAL_MISSING'> = {
  code: 'JOURNAL_MISSING',
  en: 'The ledger waits for the journal {journals}, and was given a new one',
  zh: '账本仍在等待日志 {journals}，却被交给一个新日志',
  hint: {
    en: 'Check the path of the journal. If its server was ended in order and gets a new journal on purpose, start with --new-journal. If it is lost for good, two people give it up (quancun journal).',
    zh: '请检查日志路径。若原服务器已正常停止且确需新日志，请以 --new-journal 启动；若日志已永久丢失，须由两人放弃（quancun journal）。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const JOURNAL_FOREIGN: ErrorRow<'JOURNAL_FOREIGN'> = {
  code: 'JOURNAL_FOREIGN',
  en: 'The journal {name} belongs to another ledger',
  zh: '日志 {name} 属于另一账本',
  hint: {
    en: 'Start with the journal of this database, or with the database of this journal. Nothing was changed.',
    zh: '请使用该数据库对应的日志，或该日志对应的数据库。未做任何更改。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const JOURNAL_BEHIND: ErrorRow<'JOURNAL_BEHIND'> = {
  code: 'JOURNAL_BEHIND',
  en: 'The journal {name} ends at line {sequence}, the ledger knows {known} lines of it',
  zh: '日志 {name} 止于第 {sequence} 行，而账本记得 {known} 行',
  hint: {
    en: 'The file is an old copy: put the newest one in its place. If that is lost for good, start with a journal of another name after two people have given this one up.',
    zh: '该文件是旧副本：请换上最新的文件。若已永久丢失，请由两人放弃该日志，再以另一文件名启动。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const JOURNAL_UNKNOWN: ErrorRow<'JOURNAL_UNKNOWN'> = {
  code: 'JOURNAL_UNKNOWN',
  en: 'The ledger knows no such journal',
  zh: '账本中没有该日志',
  hint: {
    en: 'List the journals (quancun journal) and name one by its number.',
    zh: '请先列出日志（quancun journal），再按编号指定。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};
