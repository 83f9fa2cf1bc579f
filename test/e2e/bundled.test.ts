/** What dist took in of other packages: with notices, and fit for every host. Real processes. */
import { execFileSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ENTRIES, ROOT } from '../../build/entries.js';

const dist = join(ROOT, 'dist');
const library = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.c?js$/.test(file) && !file.startsWith('cli/'))
  .map((file) => ({ file, text: readFileSync(join(dist, file), 'utf8') }));

/** Every file that these entries bring with them. */
function filesOf(entries: readonly (typeof ENTRIES)[number][]): ReadonlySet<string> {
  const files = new Map(library.map(({ file, text }) => [file, text]));
  const seen = new Set<string>();
  const walk = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const imports = (files.get(file) ?? '').matchAll(
      /(?:from|import|require)\s*\(?\s*"(\.[^"]+)"/g,
    );
    for (const [, path = ''] of imports) walk(join(dirname(file), path));
  };
  for (const { name } of entries) for (const kind of ['js', 'cjs']) walk(`${name}.${kind}`);
  return seen;
}

test('no file of the library makes a BigInt', () => {
  expect(library.length).toBeGreaterThan(60);
  // The local providers make their keys of primes, a token's numbers are longer: for Node alone.
  const forNode = ['testing/providers', 'server/hsm/pkcs11'];
  const seen = filesOf(ENTRIES.filter(({ name }) => !forNode.includes(name)));
  expect(seen.size).toBeGreaterThan(60);
  const big = library.filter(({ file, text }) => seen.has(file) && /\bBigInt\b/.test(text));
  expect(big.map(({ file }) => file)).toEqual([]);
});

test('a bundler of the card side sees nothing of Node', () => {
  const files = new Map(library.map(({ file, text }) => [file, text]));
  const cardSide = ENTRIES.filter(({ name, host }) => host === 'any' && !name.startsWith('server'));
  const seen = filesOf(cardSide);
  expect(seen.size).toBeGreaterThan(2 * cardSide.length);
  const ofNode = [...seen].filter((file) =>
    /(from|import|require)\s*\(?\s*["'](node:\w+|crypto)["']/.test(files.get(file) ?? ''),
  );
  expect(ofNode).toEqual([]);
});

describe.each([
  ['import', '--input-type=module', "import { serverClient } from 'quancun/terminal';"],
  ['require', '--input-type=commonjs', "const { serverClient } = require('quancun/terminal');"],
])('%s', (_name, flag, load) => {
  test('a terminal signs on a host without BigInt, TextEncoder and WebCrypto, as OpenSSL does', () => {
    const secret = '5a'.repeat(32);
    const code = `
      const fetch = async (url, init) => {
        console.log(JSON.stringify({ url, ...init }));
        return { status: 200, text: async () => '{"order":null}' };
      };
      const env = { now: () => 1764028800000, random: (n) => new Uint8Array(n), sleep: () => new Promise(() => {}) };
      const client = serverClient({ url: 'http://host', fetch, env, keyId: 'T1', secret: '${secret}' });
      void client.findUnsettled('6201220000001234');`;
    // Taken away before anything of ours is loaded.
    const poor = "for (const n of ['BigInt', 'TextEncoder', 'crypto']) delete globalThis[n];";
    const preload = `data:text/javascript,${encodeURIComponent(poor)}`;
    const said = execFileSync(process.execPath, ['--import', preload, flag, '-e', load + code], {
      ...{ cwd: ROOT, encoding: 'utf8' },
    });
    const { headers, body } = JSON.parse(said) as {
      readonly headers: Record<string, string>;
      readonly body: string;
    };
    const lines = ['QUANCUN2', 'POST', '/v1/orders/unsettled', '1764028800000', '0'.repeat(32)];
    const digest = createHash('sha256').update(body).digest('hex');
    const mac = createHmac('sha256', Buffer.from(secret, 'hex'))
      .update([...lines, digest, '', ''].join('\n'))
      .digest('hex');
    expect(headers['quancun-signature']).toBe(`2:${mac}`);
  });
});
