/** docs/seed-table.md, made of the rows and of the titles of the tests that passed. */
import type { Row } from './rows.js';

/** The row that a story is told for. */
export function rowOf(title: string): string {
  return title.slice(0, title.indexOf(' '));
}

/** The page. */
export function composeTable(
  rows: readonly Row[],
  passed: readonly string[],
  inThePage: readonly string[],
): string {
  return [
    ...['# The operator guide, row by row', ''],
    ...[
      'What the guide to the handheld (ETC移动发行系统：卡片充值/圈存, 2018-10-14) says, and what answers it: the test that proves it as behaviour of the',
      'library (its title), the test that sees it on the [counter page](guides/counter.md) in a browser, or the [decision](internals/decisions.md) that answers it.',
      'Prompts are data in [`quancun/prompts`](guides/prompts.md).',
      '',
      '操作指南逐条对照：由哪项测试证明（程序库行为、柜台页面）、由哪条决定回答。',
      '',
      'This page is written by the run of `test/seed/seed.test.ts`, from the tests that passed in it, `npx vitest run --project unit test/seed --update`, and from',
      'the titles that the run of `test/demo` has left: `npx vitest run --project built test/demo --update`.',
      '',
      '| row | the guide | answered by |',
      '|---|---|---|',
    ],
    ...rows.map(
      (row) => `| ${[row.id, saysOf(row), answersOf(row, passed, inThePage)].join(' | ')} |`,
    ),
    '',
  ].join('\n');
}

function saysOf({ feature, prompts = [] }: Row): string {
  return [feature, ...prompts].join('<br>');
}

function answersOf(
  { id, decision }: Row,
  passed: readonly string[],
  inThePage: readonly string[],
): string {
  const of = (titles: readonly string[], word: string): string[] =>
    titles
      .filter((title) => rowOf(title) === id)
      .map((title) => `${word}: ${title.slice(id.length + 1)}`);
  return [
    ...of(passed, 'test'),
    ...of(inThePage, 'test, page'),
    ...(decision === undefined ? [] : [`decision ${decision.number}: ${decision.says}`]),
  ].join('<br>');
}
