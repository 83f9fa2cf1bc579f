/**
 * `npm run release [-- --dry-run]`: the tarball of the version in package.json, published with its
 * provenance. Refuses where that would be of something else than what is committed, of a version
 * that the changelog does not tell about or that exists already, or without an address.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What stands against a release; nothing, where it may be made.
 * @param {object} facts
 * @param {string} facts.version
 * @param {string} facts.homepage
 * @param {string} facts.changelog its text
 * @param {string} facts.changed what is not committed
 * @param {readonly string[]} facts.tags
 * @param {boolean} facts.isPlaceholder whether the address is nobody's
 * @returns {string[]}
 */
export function objections({ version, homepage, changelog, changed, tags, isPlaceholder }) {
  const found = [];
  if (changed !== '') found.push(`not committed:\n${changed}`);
  if (isPlaceholder) found.push(`nobody owns ${homepage}: put the address into package.json`);
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) found.push(`${version} is no version`);
  if (tags.includes(`v${version}`)) found.push(`v${version} is tagged already`);
  if (notesOf(changelog, version) === '') found.push(`CHANGELOG.md says nothing of ${version}`);
  return found;
}

/**
 * What the changelog says of a version: the lines behind its heading.
 * @param {string} changelog
 * @param {string} version
 */
export function notesOf(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1);
  const mine = sections.find((section) => section.split(/\s/)[0] === version) ?? '';
  return mine.slice(mine.indexOf('\n')).trim();
}

/** @param {string} root @param {boolean} isDry */
async function release(root, isDry) {
  /** @param {string} path */
  const at = (path) => import(pathToFileURL(join(root, path)).href);
  /** @param {string[]} words */
  const git = (...words) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
  const { version, homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { isPlaceholder } = await at('build/links.js');
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const found = objections({
    ...{ version, homepage, changelog },
    changed: git('status', '--porcelain'),
    tags: git('tag', '--list').split('\n'),
    isPlaceholder: isPlaceholder(homepage),
  });
  for (const objection of found) console.error(`refused: ${objection}`);
  if (found.length > 0) return 1;
  execFileSync(process.execPath, [join(root, 'build/build.js')], { cwd: root, stdio: 'inherit' });
  const { pack } = await at('build/pack.js');
  const tarball = pack(mkdtempSync(join(tmpdir(), 'quancun-release-')));
  console.log(`${tarball}\n\n${notesOf(changelog, version)}`);
  if (isDry) return 0;
  execFileSync('npm', ['publish', tarball], { cwd: root, stdio: 'inherit' });
  git('tag', '--annotate', `v${version}`, '--message', `quancun ${version}`);
  console.log(`published and tagged v${version}: push the tag`);
  return 0;
}

if (process.argv[1] === import.meta.filename) {
  const root = process.argv.slice(2).find((word) => !word.startsWith('-')) ?? process.cwd();
  process.exitCode = await release(root, process.argv.includes('--dry-run'));
}
