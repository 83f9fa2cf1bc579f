/**
 * The site as the package carries it: built by `npm run docs`, its links followed, its search
 * asked, and served by `quancun docs` over a socket.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { dirname, join, posix, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import MiniSearch from 'minisearch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';
import { ERROR_TABLE } from '../../src/error-table.js';
import { listenOn } from '../support/docs/listen.js';

const SITE = join(ROOT, 'site');
const MAX_TARBALL_BYTES = 5 * 1024 * 1024;
/** typedoc and the pages, on a machine that does other things as well. */
const BUILD_MS = 900_000;

let pages: readonly { readonly path: string; readonly html: string }[] = [];

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'build/docs.js'), '--if-stale'], { stdio: 'ignore' });
  pages = readdirSync(SITE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html'))
    .map((path) => ({ path, html: readFileSync(join(SITE, path), 'utf8') }));
}, BUILD_MS);

/** What a page names in an attribute, with what it is an attribute of. */
function namedIn(html: string): { readonly tag: string; readonly address: string }[] {
  return [...html.matchAll(/<([a-z]+)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].map(
    ([, tag = '', address = '']) => ({ tag, address: address.replaceAll('&amp;', '&') }),
  );
}

const isForeign = (address: string): boolean => /^([a-z]+:)?\/\//.test(address);

describe('the built site', () => {
  test('has a page for every code, and the pages that people begin with', () => {
    const paths = new Set(pages.map(({ path }) => path));
    for (const code of Object.keys(ERROR_TABLE)) expect(paths).toContain(`errors/${code}.html`);
    for (const page of [
      ...['index', 'start', 'glossary', 'concepts/load', 'guides/recharge', 'operating/counter'],
      ...['reference/errors', 'reference/status-words', 'en/index', 'en/start', 'en/concepts/load'],
      ...['en/reference/commands', 'en/api/index', 'en/internals/decisions', 'en/operating/keys'],
    ]) {
      expect(paths).toContain(`${page}.html`);
    }
  });

  test('no link leads nowhere, and no heading is missing', () => {
    const ids = new Map(
      pages.map(({ path, html }) => [
        path,
        new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)),
      ]),
    );
    const dead = pages.flatMap(({ path, html }) =>
      namedIn(html)
        .filter(({ address }) => !isForeign(address) && !/^(data|mailto):/.test(address))
        .filter(({ address }) => !leads(path, address, ids))
        .map(({ address }) => `${path} → ${address}`),
    );
    expect(dead).toEqual([]);
  });

  test('nothing is fetched from elsewhere', () => {
    const fetched = pages.flatMap(({ path, html }) =>
      namedIn(html)
        .filter(({ tag, address }) => tag !== 'a' && isForeign(address))
        .map(({ address }) => `${path} → ${address}`),
    );
    expect(fetched).toEqual([]);
    const styles = readdirSync(join(SITE, 'assets')).filter((name) => name.endsWith('.css'));
    for (const name of styles) {
      expect(readFileSync(join(SITE, 'assets', name), 'utf8')).not.toMatch(/url\(["']?https?:/);
    }
  });

  test('no script needs eval, which the pages forbid', () => {
    const made = pages.filter(({ html }) => html.includes('_vp-fn_'));
    expect(made.map(({ path }) => path)).toEqual([]);
  });

  test('the tarball stays small with it', () => {
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ size, files } = { size: 0, files: [] }] = JSON.parse(listed) as {
      size: number;
      files: { path: string }[];
    }[];
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['site/index.html', 'llms.txt', 'docs/guides/recharge.md']),
    );
    expect(size).toBeLessThan(MAX_TARBALL_BYTES);
  });
});

function leads(from: string, address: string, ids: ReadonlyMap<string, Set<unknown>>): boolean {
  const [path = '', anchor = ''] = address.replace(/\?.*(?=#|$)/, '').split('#');
  const named = path.startsWith('/') ? path.slice(1) : posix.join(dirname(from), path);
  const target = path === '' ? from : /(^|\/)$/.test(named) ? `${named}index.html` : named;
  const file = join(SITE, decodeURIComponent(target));
  if (!existsSync(file) || !statSync(file).isFile()) return false;
  if (anchor === '') return true;
  return ids.get(relative(SITE, file))?.has(decodeURIComponent(anchor)) === true;
}

describe('the search', () => {
  async function indexOf(locale: string): Promise<MiniSearch> {
    const chunks = join(SITE, 'assets/chunks');
    const file = readdirSync(chunks).find((name) => name.startsWith(`@localSearchIndex${locale}.`));
    const { default: json } = (await import(pathToFileURL(join(chunks, file ?? '')).href)) as {
      default: string;
    };
    // As the page makes it: no tokenizer of its own.
    return MiniSearch.loadJSON(json, {
      fields: ['title', 'titles', 'text'],
      storeFields: ['title', 'titles'],
      searchOptions: { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 } },
    });
  }

  test.each([
    ['圈存', /concepts\/load\.html/],
    // Inside sentences, with no blank before them.
    ['联机交易序号', /concepts\/(load|purse)\.html/],
    ['再次收款', /operating\/counter\.html|guides\/recharge\.html/],
    ['授权日志', /operating\/(backup|server)\.html/],
    ['CARD_LOST', /reference\/errors\.html#card_lost/],
  ])('finds %s', async (words, where) => {
    const found = (await indexOf('root')).search(words).map(({ id }) => String(id));
    expect(found).toContainEqual(expect.stringMatching(where));
  });

  test('in English too', async () => {
    const index = await indexOf('en');
    for (const words of ['outbox', 'HELD', 'LEDGER_NEWER', 'nfcTransport']) {
      expect(index.search(words).length).toBeGreaterThan(0);
    }
  });
});

describe('quancun docs', () => {
  let served: Awaited<ReturnType<typeof listenOn>>;
  beforeAll(async () => {
    served = await listenOn('docs', '--port', '0', '--lang', 'zh');
  });
  afterAll(() => served.stop());

  test('says an address of this machine, Chinese first', async () => {
    expect(served.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const answer = await fetch(served.address);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toContain('lang="zh-CN"');
    expect((await fetch(`${served.address}en/`)).status).toBe(200);
  });

  test('a page runs the scripts that it was built with, and no other', async () => {
    for (const path of ['', 'en/guides/recharge.html', 'errors/CARD_LOST.html']) {
      const answer = await fetch(`${served.address}${path}`);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
      const inline = [
        ...(await answer.text()).matchAll(/<script(?![^>]*\ssrc=)[^>]*>([^]*?)<\/script>/g),
      ];
      for (const [, text = ''] of inline) {
        expect(policy).toContain(createHash('sha256').update(text).digest('base64'));
      }
    }
  });

  test('what is asked for otherwise gets nothing', async () => {
    const { address } = served;
    expect((await fetch(`${address}nowhere.html`)).status).toBe(404);
    expect((await fetch(address, { method: 'POST' })).status).toBe(405);
    for (const path of ['/..%2fpackage.json', '/%2e%2e/%2e%2e/package.json', '/%00', '/%zz']) {
      const { status, text } = await ask(address, path, '127.0.0.1');
      expect([400, 404]).toContain(status);
      expect(text).not.toContain('devDependencies');
    }
    // Another name for this machine is a page elsewhere that wants to read these.
    expect((await ask(address, '/', 'evil.example')).status).toBe(403);
  });
});

function ask(
  address: string,
  path: string,
  host: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const { port } = new URL(address);
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers: { host } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, text });
      });
    }).on('error', reject);
  });
}
