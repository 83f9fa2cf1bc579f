/** docs/seed-table.md, made of the rows and of the titles of the stories that passed. */
import type { Row } from './rows.js';

/** The row that a story is told for. */
export function rowOf(title: string): string {
  return title.slice(0, title.indexOf(' '));
}

/** The page. */
export function composeTable(rows: readonly Row[], passed: readonly string[]): string {
  return [
    ...['# The operator guide, row by row', ''],
    ...[
      'What the guide to the handheld (ETC移动发行系统：卡片充值/圈存, 2018-10-14) says, and what answers it: the test that proves it as behaviour of the',
      'library (its title), the [decision](internals/decisions.md) that answers it, or the screen that the app at the counter still has to show. Prompts are',
      'data in [`quancun/prompts`](guides/prompts.md).',
      '',
      '操作指南逐条对照：由哪项测试证明、由哪条决定回答、或仍需应用提供的界面。',
      '',
      'This page is written by the run of `test/seed/seed.test.ts`, from the tests that passed in it:',
      '`npx vitest run --project unit test/seed --update`.',
      '',
      '| row | the guide | answered by |',
      '|---|---|---|',
    ],
    ...rows.map((row) => `| ${[row.id, saysOf(row), answersOf(row, passed)].join(' | ')} |`),
    '',
  ].join('\n');
}

function saysOf({ feature, prompts = [] }: Row): string {
  return [feature, ...prompts].join('<br>');
}

function answersOf({ id, decision, screen }: Row, passed: readonly string[]): string {
  const tests = passed
    .filter((title) => rowOf(title) === id)
    .map((title) => `test: ${title.slice(id.length + 1)}`);
  return [
    ...tests,
    ...(decision === undefined ? [] : [`decision ${decision.number}: ${decision.says}`]),
    ...(screen === undefined ? [] : [`screen: ${screen}`]),
  ].join('<br>');
}
