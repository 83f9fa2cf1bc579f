/**
 * Builds dist. With `--if-stale` only when a source has changed since the last build: npm runs the
 * `prepare` script again whenever the checkout is linked or packed (`npx quancun` does, once).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CLI, hasCli, presentEntries, ROOT } from './entries.js';

const STAMP = join(ROOT, 'node_modules/.cache/quancun/build.stamp');
const TSUP = join(ROOT, 'node_modules/tsup/dist/cli-default.js');
const CLI_FILE = join(ROOT, `dist/${CLI.name}.js`);
const INPUTS = ['src', 'build', 'package.json', 'package-lock.json', 'tsconfig.json'];

const digest = digestOfInputs();
if (!process.argv.includes('--if-stale')) build();
else if (isFresh()) console.error('dist is up to date');
else if (existsSync(TSUP)) build();
else console.error('dist is not built: the development packages are not installed');

function build() {
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  rmSync(STAMP, { force: true });
  // Standard output belongs to whoever runs us: `npm pack --json` prints its answer there.
  const run = spawnSync(process.execPath, [TSUP, '--silent'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (run.status !== 0 || !isBuilt()) {
    console.error('the build failed');
    process.exitCode = 1;
    return;
  }
  if (existsSync(CLI_FILE)) chmodSync(CLI_FILE, 0o755);
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, digest);
}

function isFresh() {
  return isBuilt() && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest;
}

function isBuilt() {
  const wanted = presentEntries.flatMap(({ name }) =>
    ['js', 'cjs', 'd.ts', 'd.cts'].map((extension) => `dist/${name}.${extension}`),
  );
  if (hasCli) wanted.push(`dist/${CLI.name}.js`);
  return wanted.every((file) => existsSync(join(ROOT, file)));
}

function digestOfInputs() {
  const hash = createHash('sha256');
  for (const file of [...INPUTS, 'tsup.config.ts'].flatMap(filesUnder)) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function filesUnder(path) {
  // What makes the pages makes nothing of dist.
  if (/^build\/(site|docs\.js)/.test(path)) return [];
  if (!/^(src|build)/.test(path) || /\.\w+$/.test(path)) return [path];
  return readdirSync(join(ROOT, path))
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}
