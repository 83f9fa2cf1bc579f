/**
 * The pages of the site: which file of the checkout each is made of, and where it stands. Chinese
 * at the root, English under `en/`; what is English alone stands there alone.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../entries.js';

/**
 * @typedef {object} Page
 * @property {string} source in the checkout
 * @property {string} place in the site, with `.md`
 */

/** Pages that are both: each row is a term and its translation. */
const BOTH = ['docs/glossary.md'];

/** @returns {readonly Page[]} */
export function pagesOfSite() {
  const files = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file.replaceAll('\\', '/')}`)
    .sort();
  return [
    { source: 'README.zh-CN.md', place: 'start.md' },
    { source: 'README.md', place: 'en/start.md' },
    ...['CHANGELOG', 'CONTRIBUTING', 'SECURITY'].map((name) => ({
      source: `${name}.md`,
      place: `en/${name.toLowerCase()}.md`,
    })),
    { source: 'vectors/README.md', place: 'en/reference/vectors.md' },
    ...files.map((source) => ({ source, place: placeOf(source) })),
    ...BOTH.map((source) => ({ source, place: source.replace(/^docs\//, '') })),
  ];
}

/** @param {string} source */
function placeOf(source) {
  return source.startsWith('docs/zh/')
    ? source.replace(/^docs\/zh\//, '')
    : source.replace(/^docs\//, 'en/');
}
