/** Rows of vector files. */
import type { ErrorRow } from '../error-row.js';

export const VECTOR_ID_TWICE: ErrorRow<'VECTOR_ID_TWICE'> = {
  code: 'VECTOR_ID_TWICE',
  en: 'The vector file has two tests with the id {id}',
  zh: '测试向量文件中有重复的编号 {id}',
  hint: {
    en: 'Give every test of the file an id of its own.',
    zh: '请为文件中的每个测试使用唯一编号。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const VECTOR_TEST_INVALID: ErrorRow<'VECTOR_TEST_INVALID'> = {
  code: 'VECTOR_TEST_INVALID',
  en: '{what} cannot be run: {problem}',
  zh: '{what}无法运行：{problem}',
  hint: {
    en: 'vectors/README.md lists the fields of each type of test.',
    zh: '各类测试的字段见 vectors/README.md。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};
