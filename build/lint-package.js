/**
 * `npm run lint:package`: what is packed, as publint and Are The Types Wrong see it, on the tarball
 * itself: stubs, manifest and all. Resolvers without `exports` are held to it too.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './entries.js';
import { pack } from './pack.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-lint-'));
try {
  const tarball = pack(folder);
  const isGood = run('publint', '--strict', tarball) && run('attw', tarball, '--profile', 'strict');
  process.exitCode = isGood ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** @param {string} program @param {string[]} words */
function run(program, ...words) {
  const bin = join(ROOT, 'node_modules/.bin', program);
  return spawnSync(bin, words, { cwd: ROOT, stdio: 'inherit' }).status === 0;
}
