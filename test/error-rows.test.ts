/** The rows of errors: each of its code, thrown somewhere, and given what its texts name. */
import { expect, test } from 'vitest';
import { ERROR_TABLE } from '../src/error-table.js';
import { sourceFiles as files } from './support/source-files.js';

const rows = files
  .filter(({ path }) => /(^|[/-])errors$/.test(path))
  .flatMap(({ path, text }) =>
    [...text.matchAll(/^export const (\w+): ErrorRow<'(\w+)'> = \{\n {2}code: '(\w+)'/gm)].map(
      ([, name = '', type = '', code = '']) => ({ path, name, type, code }),
    ),
  );

test('a row is a constant of its code, and the table has them all', () => {
  for (const { name, type, code } of rows) expect([type, code]).toEqual([name, name]);
  expect(rows.map(({ code }) => code).sort()).toEqual(Object.keys(ERROR_TABLE).sort());
});

test('every row is thrown somewhere', () => {
  const idle = rows.filter(({ path, name }) => {
    const thrown = new RegExp(`\\b${name}\\b(?!')`);
    return !files.some((file) => file.path !== path && thrown.test(file.text));
  });
  expect(idle.map(({ name }) => name)).toEqual([]);
});

test('whoever throws names a row, not a text that nobody has spelt', () => {
  const spelt = files.flatMap(({ path, text }) =>
    [...text.matchAll(/new QuancunError\(\s*'(\w+)'/g)].map(([, code = '']) => [path, code]),
  );
  expect(spelt).toEqual([]);
});

test('every detail that an error text names is given where it is thrown', () => {
  const thrown = files.flatMap(({ path, text }) =>
    [...text.matchAll(/new QuancunError\(\s*([A-Z]\w+)\s*\)/g)].map(([, code = '']) => [
      path,
      code,
    ]),
  );
  expect(thrown.length).toBeGreaterThan(20);
  const needing = thrown.filter(([, code = '']) => {
    const row = ERROR_TABLE[code as keyof typeof ERROR_TABLE] ?? ERROR_TABLE.PROTOCOL_VERSION;
    return /\{\w+\}/.test(row.en + row.zh + row.hint.en + row.hint.zh);
  });
  expect(needing).toEqual([]);
});
