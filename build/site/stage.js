/**
 * Puts the pages where the site is made: each file of the checkout at its place, its links turned
 * to where the others stand. A link to a file that is no page leads to a page that shows the file.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, posix } from 'node:path';
import { ROOT } from '../entries.js';

const LINK = /(\]\()([^)\s]+)(\))/g;
const PICTURES = 'docs/images/';
const FENCE = /^\s*(```+)/;
/** What a file of this kind is coloured as. */
const LANGUAGES = { '.yml': 'yaml', '.json': 'json', '.py': 'python', '.sh': 'sh', '.mjs': 'js' };

/**
 * @param {string} stage
 * @param {readonly import('./pages.js').Page[]} pages
 */
export function stagePages(stage, pages) {
  /** @type {Set<string>} */
  const shown = new Set();
  for (const page of pages) {
    const text = readFileSync(join(ROOT, page.source), 'utf8');
    write(stage, page.place, forSite(turned(text, page, pages, shown)));
  }
  cpSync(join(ROOT, PICTURES), join(stage, 'images'), { recursive: true });
  // What is shown may be a folder; what it holds is on its page.
  for (const path of shown) write(stage, placeOfFile(path), fileAsPage(path));
}

/** @param {string} stage @param {string} place @param {string} text */
export function write(stage, place, text) {
  mkdirSync(dirname(join(stage, place)), { recursive: true });
  writeFileSync(join(stage, place), text);
}

/**
 * @param {string} text
 * @param {import('./pages.js').Page} page
 * @param {readonly import('./pages.js').Page[]} pages
 * @param {Set<string>} shown
 */
function turned(text, { source, place }, pages, shown) {
  return outsideFences(text, (line) =>
    line.replace(LINK, (_, open, link, close) => open + turn(link) + close),
  );

  /** @param {string} link */
  function turn(link) {
    if (/^([a-z]+:|#)/.test(link)) return link;
    const [path = '', anchor] = link.split('#');
    const target = posix.normalize(posix.join(posix.dirname(source), path));
    const lang = place.startsWith('en/');
    const stands =
      pages.find((one) => one.source === target && one.place.startsWith('en/') === lang) ??
      pages.find((one) => one.source === target);
    const isPicture = target.startsWith(PICTURES);
    if (stands === undefined && !isPicture) shown.add(target.replace(/\/$/, ''));
    const other = isPicture
      ? target.replace(/^docs\//, '')
      : placeOfFile(target.replace(/\/$/, ''));
    const to = stands?.place ?? other;
    const relative = posix.relative(posix.dirname(place), to);
    const dotted = relative.startsWith('.') ? relative : `./${relative}`;
    return dotted + (anchor === undefined ? '' : `#${anchor}`);
  }
}

/** A page of a page has its name once. @param {string} path */
function placeOfFile(path) {
  return `en/files/${path.replace(/\.md$/, '')}.md`;
}

/** Braces of prose are no template. @param {string} text */
function forSite(text) {
  return outsideFences(text, (line) => line.replaceAll('{{', '&#123;&#123;'));
}

/** @param {string} text @param {(line: string) => string} change */
function outsideFences(text, change) {
  let fence = '';
  return text
    .split('\n')
    .map((line) => {
      const ticks = FENCE.exec(line)?.[1] ?? '';
      if (fence === '' && ticks !== '') fence = ticks;
      else if (fence !== '' && ticks.startsWith(fence)) fence = '';
      else if (fence === '') return change(line);
      return line;
    })
    .join('\n');
}

/** @param {string} path */
function fileAsPage(path) {
  const whole = join(ROOT, path);
  if (!existsSync(whole)) throw new Error(`a page leads to ${path}, which is not there`);
  const files = statSync(whole).isDirectory()
    ? readdirSync(whole)
        .sort()
        .map((name) => `${path}/${name}`)
        .filter((one) => statSync(join(ROOT, one)).isFile())
    : [path];
  const shown = files.map((file) => {
    const extension = /** @type {keyof typeof LANGUAGES} */ (extname(file));
    const text = readFileSync(join(ROOT, file), 'utf8').trimEnd();
    return `## \`${file}\`\n\n\`\`\`\`\`${LANGUAGES[extension] ?? 'text'}\n${text}\n\`\`\`\`\`\n`;
  });
  return `---\nsearch: false\n---\n\n# ${path}\n\n${shown.join('\n')}`;
}
