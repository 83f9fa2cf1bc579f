/**
 * One thing, one word: what is called so everywhere, in both languages, and which words for it must
 * not appear where a person meets them. The words are those of docs/glossary.md.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';

/** Not to be said in Chinese; what may stand in front or behind, in brackets, makes it another. */
const NOT_IN_CHINESE: readonly (readonly [RegExp, string])[] = [
  [/缴费/, '充值'],
  [/冲正|重新充值/, '补圈存'],
  [/交易验证码/, '交易认证码（TAC）'],
  [/(?<!联机交易|脱机交易)(?:联机序号|脱机序号)|计数器/, '联机交易序号 / 脱机交易序号'],
  [/签发(?!机构|者)/, '授权'],
  [/IC ?卡/, '用户卡'],
  [/门店/, '网点'],
  [/厂家/, '发行方'],
  [/收银员/, '操作员'],
  [/下账/, '收款'],
  [/给回/, '原路退回'],
  [/黑名单/, '停用卡（状态名单）'],
  [/卡签检测/, '卡片检测'],
  [/(?<!非)发票/, '充值凭证（非发票）'],
  [/\d 分(?![钟组])|毫秒/, '元、秒'],
  [/实验台/, '调试工具'],
];
/** The same in English; `issue` is a verb of cards, and never an authorisation to a person. */
const NOT_IN_ENGLISH: readonly (readonly [RegExp, string])[] = [
  [/given back|giving back|gave back|give nothing back/i, 'refunded'],
  [/any honest one/i, 'more than a load takes'],
  [/\bfen\b(?!\()/, 'yuan'],
];
/** Where a word is right all the same. */
const RIGHT_ALL_THE_SAME: readonly (readonly [where: string, word: string, why: string])[] = [
  ['src/prompts/remedies.ts', '卡签检测', 'the name of a screen in the guide'],
  ['src/terminal/payment.ts', '毫秒', 'tells a programmer what a field holds'],
  ['src/terminal/payment.ts', 'fen', 'tells a programmer what a field holds'],
  ['src/slip/facts.ts', 'fen', 'tells a programmer what a field holds'],
  ['src/cli/demo/demo.ts', 'fen', '"to the fen": nothing is counted in them'],
];

interface Said {
  readonly where: string;
  readonly text: string;
}

/** The texts of both languages in the sources, `zh: '…'` and `en: '…'`, code between included. */
function textsInSources(): Readonly<Record<'zh' | 'en', Said[]>> {
  const found: Record<'zh' | 'en', Said[]> = { zh: [], en: [] };
  for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const where = join('src', file);
    const source = ts.createSourceFile(where, readFileSync(where, 'utf8'), ts.ScriptTarget.Latest);
    const walk = (node: ts.Node): void => {
      if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) {
        const name = node.name.text;
        const text = node.initializer.getText(source);
        // A name that is handed on is said where it was written.
        if ((name === 'zh' || name === 'en') && /^['"`]/.test(text)) {
          found[name].push({ where, text });
        }
      }
      ts.forEachChild(node, walk);
    };
    walk(source);
  }
  return found;
}

/** Chinese pages, and the Chinese in doc comments of what the package exports. */
function pages(): readonly Said[] {
  const all = ['README.zh-CN.md', ...readdirSync('docs', { recursive: true, encoding: 'utf8' })]
    .map((file) => (file === 'README.zh-CN.md' ? file : join('docs', file)))
    .filter((file) => /zh.*\.md$/.test(file));
  return all.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((text, at) => ({ where: `${file}:${String(at + 1)}`, text })),
  );
}

function wrongIn(
  said: readonly Said[],
  words: readonly (readonly [RegExp, string])[],
): readonly string[] {
  return said.flatMap(({ where, text }) =>
    words.flatMap(([word, instead]) => {
      const [found] = word.exec(text) ?? [];
      const isRight = RIGHT_ALL_THE_SAME.some(([at, one]) => where === at && one === found);
      return found === undefined || isRight ? [] : [`${where}: ${found} → ${instead}: ${text}`];
    }),
  );
}

describe('one thing, one word', () => {
  let said: Readonly<Record<'zh' | 'en', readonly Said[]>>;
  beforeAll(() => {
    said = textsInSources();
  }, 60_000);

  test('there are texts to look at', () => {
    expect(said.zh.length).toBeGreaterThan(500);
    expect(said.en.length).toBeGreaterThan(500);
    expect(wrongIn([{ where: 'x', text: '请缴费，5 分' }], NOT_IN_CHINESE)).toHaveLength(2);
  });

  test('in Chinese', () => {
    expect(wrongIn([...said.zh, ...pages()], NOT_IN_CHINESE)).toEqual([]);
  });

  test('in English', () => {
    expect(wrongIn(said.en, NOT_IN_ENGLISH)).toEqual([]);
  });
});
