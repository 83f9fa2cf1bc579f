/**
 * `npm run docs`: the site in `site/`, which the package carries and `quancun docs` serves. With
 * `--if-stale` only when something it is made of has changed; words of typedoc (`--emit none`) run
 * the API's check alone. A warning and a link that leads nowhere are failures.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './entries.js';

const SITE = join(ROOT, 'site');
const STAGE = join(ROOT, '.bench/site');
const STAMP = join(ROOT, 'node_modules/.cache/quancun/docs.stamp');
const INPUTS = [
  ...['src', 'build', 'docs', 'vectors/README.md', 'package.json', 'deploy', 'examples'],
  ...['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...['typedoc.config.js', 'llms.txt'],
];
/** What a person may want to be there, whatever typedoc has made of it. */
const words = process.argv.slice(2);

if (words.includes('--emit')) run('node_modules/typedoc/bin/typedoc', words);
else if (!words.includes('--if-stale') || !isFresh()) await makeSite();
else console.error('site is up to date');

async function makeSite() {
  // Loaded when they are needed: a check of the API alone has no use for them.
  const { build: buildSite } = await import('vitepress');
  const { pagesOfSite } = await import('./site/pages.js');
  const { stagePages } = await import('./site/stage.js');
  const { stageCodes } = await import('./site/codes.js');
  const { stageCommands } = await import('./site/commands.js');
  const { stageHome } = await import('./site/home.js');
  rmSync(STAGE, { recursive: true, force: true });
  rmSync(SITE, { recursive: true, force: true });
  rmSync(STAMP, { force: true });
  // As they are now: what changes meanwhile is not in it.
  const digest = digestOfInputs();
  run('build/build.js', ['--if-stale']);
  const api = typedocOfSite();
  stagePages(STAGE, pagesOfSite());
  stageHome(STAGE);
  await stageCodes(STAGE);
  await stageCommands(STAGE);
  await api;
  keepOutOfSearch(join(STAGE, 'en/api'));
  cpSync(join(ROOT, 'build/site/theme'), join(STAGE, '.vitepress/theme'), { recursive: true });
  mkdirSync(join(STAGE, 'public'), { recursive: true });
  cpSync(join(ROOT, 'llms.txt'), join(STAGE, 'public/llms.txt'));
  writeFileSync(
    join(STAGE, '.vitepress/config.js'),
    `import { siteConfig } from '../../../build/site/site-config.js';\nexport default siteConfig;\n`,
  );
  await buildSite(STAGE, { outDir: SITE });
  writeFileSync(STAMP, digest);
}

function isFresh() {
  if (!existsSync(join(SITE, 'index.html')) || !existsSync(STAMP)) return false;
  return readFileSync(STAMP, 'utf8') === digestOfInputs();
}

function digestOfInputs() {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap(filesUnder)) {
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
  if (!existsSync(join(ROOT, path))) return [];
  if (!statSync(join(ROOT, path)).isDirectory()) return [path];
  return readdirSync(join(ROOT, path))
    .filter((name) => name !== 'node_modules')
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}

/** The API as pages, beside the rest: it takes longer than all of it. @returns {Promise<void>} */
function typedocOfSite() {
  const typedoc = join(ROOT, 'node_modules/typedoc/bin/typedoc');
  const all = [typedoc, '--options', 'build/site/typedoc.js'];
  const child = spawn(process.execPath, all, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  return new Promise((resolve) => {
    child.once('close', (status) => {
      if (status === 0) resolve();
      else process.exit(status ?? 1);
    });
  });
}

/**
 * Standard output belongs to whoever runs us, as in build.js.
 * @param {string} script
 * @param {readonly string[]} args
 */
function run(script, args) {
  const all = [join(ROOT, script), ...args];
  const { status } = spawnSync(process.execPath, all, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * An editor finds a name, and the search's index of all of them would be as large as the rest.
 * @param {string} folder
 */
function keepOutOfSearch(folder) {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.md')) continue;
    const path = join(folder, file);
    writeFileSync(path, `---\nsearch: false\n---\n\n${readFileSync(path, 'utf8')}`);
  }
}
