/** Where the pages lead: to files and headings that are there, and to every subpath by name. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ENTRIES, ROOT } from '../../../build/entries.js';
import { anchorsOf, proseOf } from './markdown.js';

/** The relative links of a page that lead nowhere. */
export function deadLinks(file: string, text: string): string[] {
  return proseOf(file, text).flatMap((line) =>
    [...line.text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link) && !leads(file, text, link))
      .map((link) => `${file}:${line.line} leads to ${link}, which is not there`),
  );
}

function leads(file: string, text: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = join(ROOT, path === '' ? file : join(dirname(file), path));
  if (path !== '' && !existsSync(target)) return false;
  if (anchor === undefined) return true;
  const page = path === '' ? text : readFileSync(target, 'utf8');
  return anchorsOf(relative(ROOT, target), page).includes(decodeURIComponent(anchor));
}

/**
 * The subpaths that a page's import table does not name. A row names them in full, or from the
 * last slash on behind one in full (`quancun/server/sqlite`, `/postgres`); the row of
 * `quancun/transport/…` names its drivers.
 */
export function unnamedSubpaths(file: string, text: string): string[] {
  const named = new Set<string>();
  for (const line of proseOf(file, text)) {
    if (!line.text.startsWith('| `quancun')) continue;
    let folder = '';
    for (const [, name = ''] of line.text.matchAll(/`([^`]+)`/g)) {
      if (name.startsWith('quancun')) {
        named.add(name);
        folder = name.slice(0, name.lastIndexOf('/'));
      } else {
        named.add(`${folder}/${name.replace(/^\//, '')}`);
      }
    }
  }
  return ENTRIES.map(({ subpath }) => subpath.replace(/^\./, 'quancun')).filter(
    (name) => !named.has(name),
  );
}
