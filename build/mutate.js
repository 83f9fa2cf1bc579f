/**
 * `npm run mutate [FILE …]`: changes the money's rooms line by line and runs their tests against
 * each change. A change that no test notices must stand in test/mutation/survivors.json with the
 * reason why it may; one that stands there and is noticed is taken out. Texts are left alone.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './entries.js';

const ROOMS = [
  'src/load/*.ts',
  'src/server/{service,weigh,draft-order}.ts',
  'src/server/journal/**/*.ts',
  'src/server/ledger/**/*.ts',
  // Rows of texts; types alone.
  '!src/**/errors.ts',
  '!src/**/index.ts',
  // Against a real database only: test/**/postgres*.test.ts holds them.
  '!src/server/ledger/postgres*.ts',
  '!src/server/ledger/postgres/**',
];
const LEAST_KILLED = 0.95;

/**
 * @typedef {{ file: string; line: string; to: string }} Mutant
 * @typedef {Mutant & { reason: string }} Survivor
 */

const folder = mkdtempSync(join(tmpdir(), 'quancun-mutate-'));
try {
  process.exitCode = judge(run(process.argv.slice(2)), process.argv.length > 2);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {readonly string[]} files */
function run(files) {
  const report = join(folder, 'report.json');
  const config = join(folder, 'stryker.json');
  const options = {
    testRunner: 'vitest',
    vitest: { configFile: 'test/mutation/vitest.config.ts' },
    mutate: files.length > 0 ? files : ROOMS,
    mutator: { excludedMutations: ['StringLiteral'] },
    coverageAnalysis: 'perTest',
    ignorePatterns: ['dist', 'docs', 'bench', 'coverage'],
    reporters: ['progress-append-only', 'json'],
    jsonReporter: { fileName: report },
    tempDirName: join(folder, 'work'),
  };
  writeFileSync(config, JSON.stringify(options));
  const stryker = join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the mutants were not tried');
  return JSON.parse(readFileSync(report, 'utf8'));
}

/**
 * @param {{ files: Record<string, { source: string; mutants: any[] }> }} report
 * @param {boolean} partly
 */
function judge(report, partly) {
  /** @type {Survivor[]} */
  const allowed = JSON.parse(readFileSync(join(ROOT, 'test/mutation/survivors.json'), 'utf8'));
  const unused = new Set(allowed);
  let [killed, listed] = [0, 0];
  /** @type {Mutant[]} */
  const alive = [];
  for (const [file, { source, mutants }] of Object.entries(report.files)) {
    const lines = source.split('\n');
    for (const { status, location, replacement } of mutants) {
      if (status === 'Killed' || status === 'Timeout') killed += 1;
      if (status !== 'Survived' && status !== 'NoCoverage') continue;
      const { start, end } = location;
      const line = (lines[start.line - 1] ?? '').trim();
      const from = start.line === end.line ? (lines[start.line - 1] ?? '') : '';
      const what = from.slice(start.column - 1, end.column - 1);
      const mutant = { file, line, to: `${what} → ${String(replacement)}`.replace(/\s+/g, ' ') };
      const known = allowed.find(
        (one) => one.file === file && one.line === line && one.to === mutant.to,
      );
      if (known === undefined) alive.push(mutant);
      else {
        listed += 1;
        unused.delete(known);
      }
    }
  }
  const logic = killed + alive.length;
  if (killed === 0) throw new Error('no mutant was tried');
  for (const mutant of alive) console.log(JSON.stringify(mutant));
  for (const one of partly ? [] : unused) console.log('no longer alive:', JSON.stringify(one));
  const share = killed / logic;
  console.log(
    `${String(killed)} of ${String(logic)} mutants killed (${(share * 100).toFixed(1)} %), ` +
      `${String(listed)} listed with a reason`,
  );
  return share >= LEAST_KILLED && (partly || unused.size === 0) ? 0 : 1;
}
