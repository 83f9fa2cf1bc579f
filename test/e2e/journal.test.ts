/** The journal in processes of its own: killed at every step, long, and on a disk that is full. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileJournal } from '../../src/server/files.js';

const CHILD = fileURLToPath(new URL('./journal-child.mjs', import.meta.url));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quancun-journal-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Told = Readonly<Record<string, unknown>>;

function run(words: readonly string[], killAt = 0) {
  const [command = '', ...rest] = words;
  const { signal, status, stdout, stderr } = spawnSync(command, rest, {
    encoding: 'utf8',
    env: { ...process.env, KILL_AT: String(killAt) },
  });
  const told = stdout.split('\n').filter((line) => line !== '');
  return { signal, status, stderr, told: told.map((line) => JSON.parse(line) as Told) };
}

const child = (work: string, path: string): string[] => [
  process.execPath,
  '--expose-gc',
  CHILD,
  work,
  path,
];

describe('killed at every step of writing and beginning new files', () => {
  test(
    'what was answered is there, in its place, and it goes on',
    { timeout: 600_000 },
    async () => {
      const whole = run(child('write', join(folder, 'whole')));
      expect(whole.status).toBe(0);
      const steps = Number(whole.told.at(-1)?.steps);
      expect(steps).toBeGreaterThan(50);
      for (let step = 1; step <= steps; step += 1) {
        const path = join(folder, `killed-${String(step)}`);
        const { signal, told } = run(child('write', path), step);
        expect(signal).toBe('SIGKILL');
        const journal = await fileJournal(path);
        const heads: Told[] = [];
        for await (const { sequence, head } of journal.entriesAfter(0))
          heads.push({ sequence, head });
        expect(heads.slice(0, told.length)).toEqual(told);
        // The line that was being written may be there as well.
        expect(heads.length - told.length).toBeLessThanOrEqual(1);
        expect(await journal.append({})).toMatchObject({ sequence: heads.length + 1 });
        await journal.close();
      }
    },
  );
});

describe('a million lines', () => {
  test('a start reads the end, and nothing of the past stays', { timeout: 600_000 }, () => {
    const short = measure(1_000);
    const long = measure(1_000_000);
    expect(long.opened.sequence).toBe(1_000_000);
    expect(long.opened.behind).toEqual([999_998, 999_999, 1_000_000, 1_000_001]);
    // The bytes of a start and of what is asked behind its end; the file has 170 million.
    expect(Number(long.opened.read)).toBeLessThan(2_000_000);
    expect(Number(long.opened.heap)).toBeLessThan(Number(short.opened.heap) + 1_000_000);
    expect(long.passed.count).toBe(1_000_001);
    expect(Number(long.passed.most)).toBeLessThan(4_000_000);
  });

  function measure(count: number): { opened: Told; passed: Told } {
    const path = join(folder, `lines-${String(count)}`);
    writeLines(path, count);
    const { status, stderr, told } = run(child('open', path));
    expect([status, stderr]).toEqual([0, '']);
    const [opened = {}, passed = {}] = told;
    console.log(`${String(count)} lines: ${JSON.stringify({ ...opened, ...passed })}`);
    return { opened, passed };
  }
});

describe('a disk that is full', () => {
  test('refused, retryable, and it ends by itself when there is room', () => {
    const isRoot = process.getuid?.() === 0;
    const mount = 'mount -t tmpfs -o size=512k tmpfs "$1" && shift && exec "$@"';
    // A disk of this process alone: it is gone with it.
    const { status, stderr, told } = run([
      ...['unshare', isRoot ? '-m' : '-Urm', 'sh', '-c', mount, 'sh', folder],
      ...child('full', folder),
    ]);
    expect([status, stderr]).toEqual([0, '']);
    const [filled, again, after] = told;
    expect(filled).toMatchObject({
      healthy: false,
      length: filled?.answered,
      refused: {
        code: 'JOURNAL_UNAVAILABLE',
        money: 'untouched',
        details: { reason: 'ENOSPC' },
      },
    });
    const answered = Number(filled?.answered);
    expect(answered).toBeGreaterThan(3);
    expect(again).toEqual({ again: 'JOURNAL_UNAVAILABLE', position: answered });
    expect(after).toEqual({ sequence: answered + 1, after: answered + 1 });
  });
});

/** A journal of so many lines, written without the library. */
function writeLines(path: string, count: number): void {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  let head = '0'.repeat(64);
  const format = 'quancun-journal-2';
  const header = JSON.stringify({ format, journalId: 'f'.repeat(32), sequence: 0, head });
  const file = openSync(path, 'w');
  let text = `${sha256(head + header)} ${header}\n`;
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const body = JSON.stringify({ sequence, kind: 'seal', atMs: 1, filler: 'x'.repeat(60) });
    head = sha256(head + body);
    text += `${head} ${body}\n`;
    if (text.length > 1_000_000 || sequence === count) {
      writeSync(file, text);
      text = '';
    }
  }
  closeSync(file);
}
