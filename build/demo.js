/**
 * `npm run demo`: the counter page with data to play with. Installs what the page needs where it is
 * missing, builds the package and the page where they are stale, serves, and prints the addresses.
 * `--build` stops before serving; other words after `--` go to the server (`--port 8081`).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './entries.js';

const DEMO = join(ROOT, 'demo');
const words = process.argv.slice(2);

if (!existsSync(join(DEMO, 'node_modules/vite')))
  run('npm', ['ci', '--no-audit', '--no-fund'], DEMO);
run(process.execPath, [join(ROOT, 'build/build.js'), '--if-stale'], ROOT);
if (isStale()) run('npm', ['run', 'build', '--', '--logLevel', 'warn'], DEMO);
if (!words.includes('--build')) run(process.execPath, ['server/main.js', ...words], DEMO);

/** @param {string} command @param {string[]} args @param {string} cwd */
function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** The page is older than a file that it is made of. */
function isStale() {
  const page = join(DEMO, 'dist/index.html');
  if (!existsSync(page)) return true;
  const builtMs = statSync(page).mtimeMs;
  const made = ['demo/src', 'demo/public', 'dist'].map((name) => join(ROOT, name));
  const single = ['index.html', 'phone.html', 'vite.config.ts', 'package-lock.json'];
  return newestMs([...made, ...single.map((name) => join(DEMO, name))]) > builtMs;
}

/** @param {readonly string[]} paths @returns {number} */
function newestMs(paths) {
  return Math.max(
    ...paths.map((path) => {
      const entry = statSync(path);
      if (!entry.isDirectory()) return entry.mtimeMs;
      return newestMs(readdirSync(path).map((name) => join(path, name)));
    }),
  );
}
