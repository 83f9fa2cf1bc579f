/**
 * The card side on hosts that have nothing: bundled as a browser, React Native and a mini program
 * would, and run in a context that has the language and no more. No Buffer, process, crypto,
 * TextDecoder, AbortController, timers.
 */
import { brotliCompressSync } from 'node:zlib';
import { createContext, runInContext } from 'node:vm';
import { build, type BuildOptions } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';

/** What an app on a phone imports. */
const CARD_SIDE = `
  export { formatYuan, load, readCard, recharge, isQuancunError } from 'quancun';
  export { withGetResponse, withQueue } from 'quancun/transport';
  export { nfcTransport } from 'quancun/transport/nfc';
  export { wechatTransport } from 'quancun/transport/wechat';
`;

interface Host {
  readonly name: string;
  /** What the host's own build does with the package. */
  readonly build: BuildOptions;
  /** Names that its scripts see: itself, or nothing. All else is absent. */
  readonly scope: Readonly<Record<string, 'itself' | 'undefined'>>;
}

/** CommonJS files, the main field alone, no condition but require: what old bundlers know. */
const OLD_BUNDLER = { mainFields: ['main'], conditions: ['require'] };

const HOSTS: readonly Host[] = [
  {
    name: 'browser',
    build: { platform: 'browser', target: 'es2020' },
    scope: { self: 'itself', window: 'itself' },
  },
  {
    name: 'React Native',
    build: {
      platform: 'neutral',
      target: 'es2019',
      mainFields: ['react-native', 'browser', 'module', 'main'],
      conditions: ['react-native', 'require'],
    },
    scope: { self: 'itself', window: 'itself', global: 'itself' },
  },
  {
    // WeChat runs every script in a function that takes these names, and hands it none of them.
    name: 'mini program',
    build: { platform: 'neutral', target: 'es2018', ...OLD_BUNDLER },
    scope: { window: 'undefined', self: 'undefined', document: 'undefined' },
  },
  {
    // Not even those names: the guide tells such hosts to define one.
    name: 'an engine with nothing (HarmonyOS)',
    build: {
      platform: 'neutral',
      target: 'es2018',
      ...OLD_BUNDLER,
      define: { window: 'globalThis' },
    },
    scope: {},
  },
];

/** In kB, minified: what an app carries, and what it downloads. Raised with a reason. */
const LIMIT_KB = { minified: 180, brotli: 52 };

const FORBIDDEN = [
  ...['Buffer', 'process', 'crypto', 'TextDecoder', 'TextEncoder', 'AbortController', 'fetch'],
  ...['setTimeout', 'setInterval', 'queueMicrotask', 'structuredClone', 'require', 'document'],
];

async function bundle(contents: string, name: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    logLevel: 'error',
    globalName: name,
    format: 'iife',
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

/** The visit, as a page of the app has it. */
const VISIT = `
  async (phone, faulty) => {
    const { env, card, authority, phones } = rig.openRig();
    const open = () => {
      const host = phones[phone]();
      const ready = phone.startsWith('nfc') ? app.nfcTransport(host) : app.wechatTransport(host);
      return ready.then((transport) => ({ host, transport }));
    };
    const { host, transport } = await open();
    const options = (one) => ({
      env, authority, terminal: '000440101001', pin: '123456', amountFen: 10000, outlet: 'self',
      transport: app.withQueue(app.withGetResponse(one), env),
      takePayment: async () => ({ provider: 'cash', transactionId: 'T1', amountFen: 10000 }),
    });
    if (faulty) host.field.lose('after', 8);
    const results = [await app.recharge(options(transport))];
    if (faulty) results.push(await app.load(options((await open()).transport)));
    const reading = await app.readCard((await open()).transport);
    return JSON.stringify({
      outcomes: results.map(({ outcome, written }) => outcome + ' ' + (written ?? '')),
      balance: app.formatYuan(reading.balanceFen),
      plate: reading.issue.plate,
      holder: card.state.ep.onlineAtc,
    });
  }
`;

describe.each(HOSTS)('the card side bundled for: $name', ({ build: options, scope }) => {
  let app = '';
  let context: object = {};
  /** Runs a script as the host does. */
  const run = (script: string, result: string): void => {
    const absent = Object.keys(scope).filter((name) => scope[name] === 'undefined');
    const wrapped = `(function (${absent.join(', ')}) { ${script}\n; return ${result}; })()`;
    runInContext(`globalThis.${result} = ${wrapped}`, context);
  };
  beforeAll(async () => {
    context = createContext(Object.create(null) as object);
    for (const name of Object.keys(scope).filter((one) => scope[one] === 'itself')) {
      runInContext(`globalThis.${name} = globalThis`, context);
    }
    app = await bundle(CARD_SIDE, 'app', options);
    const rigged = "export { openRig } from './test/support/bare-rig.js';";
    run(app, 'app');
    run(await bundle(rigged, 'rig', options), 'rig');
  });

  test('the context has none of what such hosts lack', () => {
    const present = FORBIDDEN.filter(
      (name) => runInContext(`typeof ${name}`, context) !== 'undefined',
    );
    expect(present).toEqual([]);
  });

  test.each(['nfc on Android', 'nfc on iOS', 'wechat on Android', 'wechat on iOS'])(
    'recharges, and finishes a recharge torn at CREDIT: %s',
    async (phone) => {
      const visit = runInContext(`(${VISIT})`, context) as (
        phone: string,
        faulty: boolean,
      ) => Promise<string>;
      const expected = { balance: '150.00', plate: '甘A12345', holder: 1 };
      expect(JSON.parse(await visit(phone, false))).toEqual({
        ...expected,
        outcomes: ['credited now'],
      });
      expect(JSON.parse(await visit(phone, true))).toEqual({
        ...expected,
        outcomes: ['held ', 'credited earlier'],
      });
    },
  );

  test('its size is within the limits', () => {
    const kb = (bytes: number): number => Math.ceil(bytes / 1000);
    const size = {
      minified: kb(Buffer.byteLength(app)),
      brotli: kb(brotliCompressSync(app).length),
    };
    expect(size.minified).toBeLessThanOrEqual(LIMIT_KB.minified);
    expect(size.brotli).toBeLessThanOrEqual(LIMIT_KB.brotli);
  });
});
