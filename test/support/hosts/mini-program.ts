/**
 * A mini program's host as WeChat's documents describe it: every script in a function that takes
 * the names of a browser and is handed none of them, `require` by relative paths, `App`, `Page`
 * with `setData`, and the parts of `wx` that a counter needs. Requests go over real HTTP.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import type { WechatRequestHost } from '../../../src/transport/drivers/wechat.js';
import type { CardLike } from '../../../src/testing/index.js';
import { type FakeWechat, fakeWechat, type WechatKind } from './wechat.js';

/** What such a host has not. */
const ABSENT = [
  ...['window', 'self', 'document', 'process', 'Buffer', 'crypto', 'fetch', 'navigator'],
  ...['TextDecoder', 'TextEncoder', 'AbortController', 'queueMicrotask', 'structuredClone'],
];

type Handler = (event: object) => Promise<void>;

/** What a script hands to `Page`. */
interface PageScript {
  readonly data: Record<string, unknown>;
  readonly [name: string]: unknown;
}

/** A page as its user sees it. */
export interface MiniPage {
  readonly data: Readonly<Record<string, unknown>>;
  tap(handler: string): Promise<void>;
  type(handler: string, value: string): Promise<void>;
}

/** The phone. */
export interface MiniProgram {
  readonly page: MiniPage;
  /** Questions that a dialog showed. */
  readonly asked: readonly string[];
  /** The card that lies at the phone from now on. */
  present(card: CardLike): FakeWechat;
}

/** What a test decides. */
export interface MiniProgramOptions {
  readonly kind: WechatKind;
  readonly counter: object;
  readonly answer: (question: string) => boolean;
}

/** Opens the first page of a mini program. */
export function openMiniProgram(root: string, options: MiniProgramOptions): MiniProgram {
  let isoDep: FakeWechat | undefined;
  const asked: string[] = [];
  const storage = new Map<string, string>();
  const wx = {
    ...nfcOf(() => isoDep),
    request,
    getDeviceInfo: () => ({ platform: options.kind === 'android' ? 'android' : 'ios' }),
    getRandomValues: ({ length, success }: RandomRequest) => {
      const { buffer } = Uint8Array.from(randomBytes(length));
      setTimeout(() => success({ randomValues: buffer }), 0);
    },
    getStorageSync: (key: string) => storage.get(key) ?? '',
    setStorageSync: (key: string, value: string) => void storage.set(key, value),
    showModal: ({ content, success }: ModalRequest) => {
      asked.push(content);
      setTimeout(() => success({ confirm: options.answer(content) }), 0);
    },
  };
  const page = runApp(root, wx, options.counter);
  const present = (card: CardLike): FakeWechat => (isoDep = fakeWechat(card, options.kind));
  return { page, asked, present };
}

interface RandomRequest {
  readonly length: number;
  readonly success: (result: { readonly randomValues: ArrayBuffer }) => void;
}
interface ModalRequest {
  readonly content: string;
  readonly success: (result: { readonly confirm: boolean }) => void;
}

/** `wx.getNFCAdapter`: a card that lies there is discovered when somebody looks. */
function nfcOf(found: () => FakeWechat | undefined) {
  let listener: (() => void) | undefined;
  const adapter = {
    getIsoDep: found,
    onDiscovered: (next: () => void) => (listener = next),
    offDiscovered: () => (listener = undefined),
    startDiscovery: ({ fail }: { readonly fail: (error: unknown) => void }) =>
      void setTimeout(() => {
        if (found() === undefined) fail({ errCode: 13001, errMsg: 'startDiscovery:fail' });
        else listener?.();
      }, 0),
    stopDiscovery: () => undefined,
  };
  return { getNFCAdapter: () => adapter };
}

/** `wx.request`: whatever the status, an answer is a success. */
const request: WechatRequestHost['request'] = ({ url, method, header, data, success, fail }) => {
  const init = { method, headers: { ...header }, ...(data === undefined ? {} : { body: data }) };
  fetch(url, init)
    .then(async (answer) => success({ statusCode: answer.status, data: await answer.text() }))
    .catch((error: unknown) => fail({ errMsg: `request:fail ${String(error)}` }));
  return undefined;
};

/** Runs app.js and the first page of app.json. */
function runApp(root: string, wx: object, counter: object): MiniPage {
  let app: object = {};
  let page: PageScript = { data: {} };
  const names = {
    wx,
    App: (made: object) => (app = Object.assign(made, { counter })),
    getApp: () => app,
    Page: (made: PageScript) => (page = made),
  };
  const load = (file: string): unknown => {
    const module = { exports: {} };
    const require = (path: string): unknown => load(resolve(dirname(file), path));
    const given: Record<string, unknown> = { ...names, module, exports: module.exports, require };
    const parameters = [...Object.keys(given), 'globalThis', ...ABSENT];
    const script = compileFunction(readFileSync(file, 'utf8'), parameters, { filename: file });
    (script as (...values: unknown[]) => void)(...Object.values(given), {});
    return module.exports;
  };
  load(join(root, 'app.js'));
  const { pages } = JSON.parse(readFileSync(join(root, 'app.json'), 'utf8')) as { pages: string[] };
  load(join(root, `${String(pages[0])}.js`));
  const shown = Object.assign(page, {
    setData: (more: object) => void Object.assign(page.data, more),
  });
  const call = async (handler: string, event: object): Promise<void> =>
    (shown[handler] as Handler).call(shown, event);
  return {
    data: page.data,
    tap: (handler) => call(handler, {}),
    type: (handler, value) => call(handler, { detail: { value } }),
  };
}
