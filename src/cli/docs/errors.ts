/** Rows of the pages' server. */
import type { ErrorRow } from '../../error-row.js';

export const DOCS_NOT_BUILT: ErrorRow<'DOCS_NOT_BUILT'> = {
  code: 'DOCS_NOT_BUILT',
  en: 'The pages are not built here: {folder} has none',
  zh: '此处尚未生成文档：{folder} 中没有页面',
  hint: {
    en: 'In a clone run `npm run docs`; a package from npm has them.',
    zh: '克隆的源码请先运行 `npm run docs`；安装的软件包已自带。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};
