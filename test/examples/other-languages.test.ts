/** The examples that compute: the codes of a log, and the published vectors in other languages. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';
import { emptyFolder, installExample } from '../support/installed.js';
import { runScript } from '../support/programs.js';

const at = (path: string): string => join(ROOT, path);
const VECTORS = at('vectors/load-cryptograms.json');

interface Said {
  readonly status: unknown;
  readonly out: string;
}

function run(program: string, ...words: readonly string[]): Promise<Said> {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  return new Promise((resolve) => {
    execFile(program, words, { env }, (error, out, err) => {
      resolve({ status: error === null ? 0 : error.code, out: out + err });
    });
  });
}

describe('the codes of a log', () => {
  const verify = (log: string, keys: string): Promise<Said> =>
    runScript(installExample('verify-log'), 'start', { words: [log, at(keys)] });

  test.each(['3des', 'sm4'])('%s: MAC1 and TAC of a recorded recharge hold', async (cipher) => {
    const log = at(`vectors/traces/${cipher}-recharge.txt`);
    const { status, out } = await verify(log, `vectors/traces/${cipher}-keys.json`);
    expect(out).toMatch(/^counter 0, 100\.00 yuan: MAC1 holds\ncounter 0, \d+ \d+: TAC holds\n$/);
    expect(status).toBe(0);
  });

  test('one bit of a TAC turned over is seen', async () => {
    const log = join(emptyFolder(), 'log.txt');
    const trace = readFileSync(at('vectors/traces/3des-recharge.txt'), 'utf8');
    writeFileSync(log, trace.replace('<= D8971215', '<= D8971214'));
    const { status, out } = await verify(log, 'vectors/traces/3des-keys.json');
    expect([status, out]).toEqual([1, expect.stringContaining('TAC IS WRONG')]);
  });
});

/** The vectors with one valid code made wrong: a checker that looks away would not notice. */
function spoiledVectors(): string {
  const text = readFileSync(VECTORS, 'utf8');
  const file = join(emptyFolder(), 'spoiled.json');
  writeFileSync(file, text.replace('32E1FCB7', '32E1FCB6'));
  return file;
}

describe('the vectors of loads', () => {
  const python = at('examples/vectors-python/check_vectors.py');
  const java = at('examples/vectors-java/CheckVectors.java');

  test('from Python and the command openssl: all of both ciphers', async () => {
    expect(await run('python3', python, VECTORS)).toEqual({
      ...{ status: 0, out: '756 passed, 0 failed\n' },
    });
    const spoiled = await run('python3', python, spoiledVectors(), '2');
    expect([spoiled.status, spoiled.out]).toEqual([
      1,
      expect.stringContaining('3des-load-1-right is valid'),
    ]);
  });

  test('from Java and its standard library: all of 3DES', async () => {
    expect(await run('java', java, VECTORS)).toEqual({
      ...{ status: 0, out: '374 passed, 0 failed, 382 skipped (sm4)\n' },
    });
    const spoiled = await run('java', java, spoiledVectors());
    expect([spoiled.status, spoiled.out]).toEqual([1, expect.stringMatching(/[1-9]\d* failed/)]);
  });
});
