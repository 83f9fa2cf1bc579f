/** Codes of the testing room. */
import type { ErrorRows } from './row.js';

export const testingErrors = {
  CONFORMANCE: {
    en: 'The implementation breaks a rule of its interface: {problem}',
    zh: '实现违反接口约定：{problem}',
    hint: {
      en: 'The name of the case says which rule.',
      zh: '用例名称即所违反的约定。',
    },
    money: 'untouched',
  },
  CARD_PROBE_STOPPED: {
    en: '{what} did not hold ({sw}); the probe was stopped after {spentFen} fen',
    zh: '{what} 不成立（{sw}）；已停止探测，此前圈存 {spentFen} 分',
    hint: {
      en: 'Check that the keys belong to this card. Nothing more was sent to it.',
      zh: '请核对密钥是否属于该卡；未再发送任何命令。',
    },
    money: 'untouched',
  },
  VECTOR_ID_TWICE: {
    en: 'The vector file has two tests with the id {id}',
    zh: '测试向量文件中有重复的编号 {id}',
    hint: {
      en: 'Give every test of the file an id of its own.',
      zh: '请为文件中的每个测试使用唯一编号。',
    },
    money: 'untouched',
  },
  VECTOR_TEST_INVALID: {
    en: 'The test cannot be run: {field} {problem}',
    zh: '该测试无法运行：{field} {problem}',
    hint: {
      en: 'vectors/README.md lists the fields of each type of test.',
      zh: '各类测试的字段见 vectors/README.md。',
    },
    money: 'untouched',
  },
} as const satisfies ErrorRows;
