/** Files that a command makes: what is there already stays, and is said to be there. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Command } from 'commander';
import { registerAudit } from '../../../src/cli/audit.js';
import { openNew, writeText } from '../../../src/cli/options/files.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-files-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a file that is there is not overwritten, and the refusal says so', async () => {
  const file = join(folder, 'there');
  writeFileSync(file, 'before');
  const exists = { error: { code: 'FILE_EXISTS', details: { file } } };
  await expect(openNew(file)).rejects.toMatchObject(exists);
  expect(() => {
    writeText(file, 'after', { flag: 'wx' });
  }).toThrow(expect.objectContaining({ error: expect.objectContaining(exists.error) as Error }));
  expect(readFileSync(file, 'utf8')).toBe('before');
  const nowhere = join(folder, 'none', 'file');
  await expect(openNew(nowhere)).rejects.toMatchObject({ error: { code: 'FILE_UNWRITABLE' } });
});

test('audit export onto such a file opens no ledger, and leaves nothing beside it', async () => {
  const [file, db] = [join(folder, 'trail.jsonl'), join(folder, 'copy.db')];
  writeFileSync(file, 'before');
  writeFileSync(db, '');
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const program = new Command();
  registerAudit(program);
  await program.parseAsync(['audit', 'export', file, '--db', `sqlite:${db}`], { from: 'user' });
  const { exitCode } = process;
  process.exitCode = 0;
  expect(said.mock.calls.join('')).toContain('FILE_EXISTS');
  said.mockRestore();
  expect(exitCode).toBe(2);
  expect(readFileSync(file, 'utf8')).toBe('before');
  for (const end of ['.lock', '-wal', '-shm']) expect(existsSync(`${db}${end}`)).toBe(false);
});
