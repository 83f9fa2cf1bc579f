/** An address that a page or an alarm names is one that is served. */
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROUTES } from '../../../src/server/http/route-table.js';

const ROOT = new URL('../../../', import.meta.url);
const pages = ['README.md', 'README.zh-CN.md', 'deploy/alerts.yml'].concat(
  readdirSync(new URL('docs', ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('reference'))
    .map((name) => `docs/${name}`),
);
/** Each address, and what stands in front of an order's number in one. */
const served = new Set(
  Object.values(ROUTES).flatMap(({ path }) => {
    const parts = path.split('/');
    return parts.map((_part, at) => parts.slice(0, at + 1).join('/'));
  }),
);

test('every address of the pages is served', () => {
  const unknown = pages.flatMap((page) =>
    [...readFileSync(new URL(page, ROOT), 'utf8').matchAll(/\/v1(?:\/[a-z]+(?:-[a-z]+)*)+/g)]
      .filter(([address]) => !served.has(address))
      .map(([address]) => `${page}: ${address}`),
  );
  expect(unknown).toEqual([]);
});
