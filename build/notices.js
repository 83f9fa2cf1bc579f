/**
 * The licences of what the build takes into dist, as their authors ask for: read from dist itself,
 * so that nothing is taken in without its notice.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './entries.js';

/** Beside the files that hold the code. */
export const NOTICES = 'dist/THIRD-PARTY-NOTICES.txt';

/** The packages whose code is in dist, by the comment that the bundler puts above each file. */
export function bundledPackages() {
  const names = new Set();
  for (const file of readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.c?js$/.test(file)) continue;
    const text = readFileSync(join(ROOT, 'dist', file), 'utf8');
    for (const [, name] of text.matchAll(/^\/\/ node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//gm)) {
      names.add(name);
    }
  }
  return [...names].sort();
}

/** Writes the notices. A package without a licence text cannot be given on. */
export function writeNotices() {
  const notices = bundledPackages().map((name) => {
    const folder = join(ROOT, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((one) => /^licen[cs]e(\.\w+)?$/i.test(one));
    if (file === undefined) throw new Error(`${name} is in dist and has no licence text`);
    const text = readFileSync(join(folder, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  const head = 'Parts of these packages are in the files of this folder.\n';
  writeFileSync(join(ROOT, NOTICES), [head, ...notices].join(`\n${'-'.repeat(72)}\n\n`));
}
