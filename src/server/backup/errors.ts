/** Rows of a copy that could not be made. */
import type { ErrorRow } from '../../error-row.js';

export const BACKUP_EXISTS: ErrorRow<'BACKUP_EXISTS'> = {
  code: 'BACKUP_EXISTS',
  en: 'There is a file {file} already, and it stays as it is',
  zh: '文件 {file} 已存在，未作改动',
  hint: {
    en: 'Give every copy a name of its own, such as one with the date.',
    zh: '请为每份备份使用不同的文件名，例如带日期。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
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
  actor: 'administrator',
  stop: false,
  retry: 'after',
};
