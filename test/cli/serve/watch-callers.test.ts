/** A key file that is read again: what locks everybody out changes nothing. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Output } from '../../../src/cli/output.js';
import { readServerKeys } from '../../../src/cli/options/server-options.js';
import { warnOfOpenFiles } from '../../../src/cli/serve/open-files.js';
import { watchCallers } from '../../../src/cli/serve/watch-callers.js';
import { TEST_KEY_SETS } from '../../../src/testing/index.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-callers-'));
const file = join(folder, 'server.json');
afterAll(() => {
  process.removeAllListeners('SIGHUP');
  rmSync(folder, { recursive: true });
});
const write = (terminals: readonly object[]): void => {
  const hsm = { allowSoftwareKeys: 'test', keys: TEST_KEY_SETS };
  writeFileSync(file, JSON.stringify({ hsm, terminals }), { mode: 0o600 });
};

test('a list without anybody is not taken, and said', async () => {
  const till = { keyId: 'till-7', secret: '11'.repeat(32), scopes: ['recharge'] };
  write([till]);
  const lines: Record<string, unknown>[] = [];
  const find = watchCallers(readServerKeys(file).callers, file, (line) => lines.push({ ...line }));
  write([]);
  process.emit('SIGHUP', 'SIGHUP');
  expect(lines).toMatchObject([{ event: 'callers kept', code: 'JSON_INVALID' }]);
  expect(String(lines[0]?.message)).toContain('terminals');
  expect(await find('till-7')).toMatchObject({ keyId: 'till-7' });
  write([{ ...till, keyId: 'till-8' }]);
  process.emit('SIGHUP', 'SIGHUP');
  expect(lines[1]).toMatchObject({ event: 'callers read', callers: 1 });
  expect(await find('till-7')).toBeUndefined();
});

test('a file with secrets that others may read is said, and its owner’s is not', () => {
  const told: object[] = [];
  const warn = (): void => {
    warnOfOpenFiles([file, undefined, join(folder, 'none')], (line) => told.push(line), silent);
  };
  const silent = { line: () => undefined } as unknown as Output;
  chmodSync(file, 0o600);
  warn();
  expect(told).toEqual([]);
  for (const mode of [0o640, 0o604]) {
    chmodSync(file, mode);
    warn();
    expect(told.splice(0)).toEqual([{ level: 'warning', event: 'file-open-to-others', file }]);
  }
});
