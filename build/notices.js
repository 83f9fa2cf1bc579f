/**
 * THIRD-PARTY-NOTICES: the licences of what is built into dist, each in the words of its package.
 * `node build/notices.js` writes the file anew; a test compares.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledPackages } from './bundled.js';
import { ROOT } from './entries.js';

export const NOTICES = join(ROOT, 'THIRD-PARTY-NOTICES');
const LINE = '-'.repeat(80);

/**
 * How a package is taken: the part, the licence chosen, and the words of it.
 * @typedef {object} Taken
 * @property {string} part
 * @property {string} license as SPDX names it
 * @property {(text: string) => string} [words] what of its LICENSE is that licence; all of it
 * @property {readonly string[]} [authors] files whose own notices come with them
 */
/** @type {Readonly<Record<string, Taken>>} */
const TAKEN = {
  'node-forge': {
    part: 'its DES, and what that needs',
    license: 'BSD-3-Clause',
    // It offers a second licence, which is not taken.
    words: (text) => between(text, 'New BSD License (3-clause)', 'GNU GENERAL PUBLIC LICENSE'),
    authors: ['lib/des.js'],
  },
  commander: { part: 'the command line only', license: 'MIT' },
  '@noble/hashes': { part: 'its SHA-256 and HMAC', license: 'MIT' },
};

/** @type {Readonly<Record<string, Taken>>} */
const IN_SITE = {
  vitepress: { part: 'its theme, in site', license: 'MIT' },
  vue: { part: 'with its parts @vue/*, in site', license: 'MIT' },
  '@vueuse/core': { part: 'with @vueuse/shared and @vueuse/integrations, in site', license: 'MIT' },
  'focus-trap': { part: 'in site', license: 'MIT' },
  tabbable: { part: 'in site', license: 'MIT' },
  minisearch: { part: 'in site', license: 'MIT' },
  'mark.js': { part: 'in site', license: 'MIT' },
};

/** The text of the file, for what dist has in it now, and the pages. */
export function notices() {
  const parts = [...bundledPackages(), ...Object.keys(IN_SITE)].map((name) => {
    const taken = TAKEN[name] ?? IN_SITE[name];
    if (taken === undefined) throw new Error(`built in without a notice: ${name}`);
    const { part, license, words = (text) => text, authors = [] } = taken;
    const folder = join(ROOT, 'node_modules', name);
    const [file = ''] = readdirSync(folder).filter((one) => /^licen[cs]e/i.test(one));
    const text = words(readFileSync(join(folder, file), 'utf8')).trim();
    const heads = authors.map((file) => commentOf(readFileSync(join(folder, file), 'utf8')));
    const said = heads.map((head) => `\n\nIts file says besides:\n\n${head}`).join('');
    return `${LINE}\n${name} (${part}), ${license}\n\n${text}${said}\n`;
  });
  const head =
    'Built into dist are parts of these packages, and into site (the pages) of those that say so.';
  return `${head}\n\n${parts.join('\n')}`;
}

/** @param {string} text @param {string} from @param {string} to */
function between(text, from, to) {
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start < 0 || end < start) throw new Error(`no text from "${from}" to "${to}"`);
  return text.slice(start, end).replace(/[-=*\s]+$/, '');
}

/** The first block comment of a file. @param {string} text */
function commentOf(text) {
  const [, comment = ''] = /\/\*\*?\n([\s\S]*?)\n \*\//.exec(text) ?? [];
  return comment.replace(/^ \* ?/gm, '').trim();
}

if (process.argv[1] === import.meta.filename) writeFileSync(NOTICES, notices());
