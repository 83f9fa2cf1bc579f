/**
 * What a start costs, in the CPU time of `node -e 0`: the help, a command's own help, and the main
 * entry in both formats. Each process says at its end what it took; the least of all rounds counts.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from './main.js';

const CLI = 'dist/cli/main.js';
const STARTS: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'quancun --help': [CLI, '--help'],
  'quancun read --help': [CLI, 'read', '--help'],
  "import 'quancun'": ['dist/index.js'],
  "require('quancun')": ['dist/index.cjs'],
};

/** Prints a line for each. */
export function benchStart({ rounds }: BenchOptions): void {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-start-'));
  const teller = join(folder, 'teller.cjs');
  writeFileSync(
    teller,
    `process.on('exit', () => {
      const { user, system } = process.cpuUsage();
      require('node:fs').writeSync(2, '\\ncpu ' + (user + system));
    });`,
  );
  const least = Object.fromEntries(Object.keys(STARTS).map((name) => [name, Infinity]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, words] of Object.entries(STARTS)) {
      const { stderr } = spawnSync(process.execPath, ['--require', teller, ...words], {
        encoding: 'utf8',
      });
      const [, us] = /\ncpu (\d+)$/.exec(stderr) ?? [];
      least[name] = Math.min(least[name] ?? Infinity, Number(us ?? Infinity));
    }
  }
  rmSync(folder, { recursive: true });
  const floor = least['node -e 0'] ?? NaN;
  for (const [name, us] of Object.entries(least)) {
    const ratio = (us / floor).toFixed(2);
    console.log(`${name.padEnd(22)} ${(us / 1000).toFixed(0).padStart(4)} ms  ${ratio}×`);
  }
}
