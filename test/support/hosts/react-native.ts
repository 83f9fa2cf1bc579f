/**
 * React Native around an app, as far as one screen needs it: components that are drawn by calling
 * them, dialogs, storage, and react-native-nfc-manager. The app runs as a bundle in a context that
 * has the language, timers, fetch and AbortController, and no more.
 */
import { randomBytes } from 'node:crypto';
import { createContext, runInContext } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import type { CardLike } from '../../../src/testing/index.js';
import { type FakeNfc, fakeAndroidNfc, fakeIosNfc, NfcError } from './nfc.js';

/** Which phone. */
export type Platform = 'android' | 'ios';

interface Element {
  readonly type: unknown;
  readonly props: Readonly<Record<string, unknown>>;
  readonly children: readonly unknown[];
}
interface Choice {
  readonly text: string;
  readonly onPress: () => void;
}

/** The phone with the app's one screen. */
export interface Phone {
  readonly asked: readonly string[];
  present(card: CardLike): FakeNfc;
  /** What the screen says. */
  text(): string;
  /** Presses a button, where it is enabled, and waits for what it began. */
  press(title: string): Promise<void>;
  /** Titles of the buttons that can be pressed. */
  enabled(): readonly string[];
}

/** What a test decides. */
export interface PhoneOptions {
  readonly platform: Platform;
  readonly answer: (question: string) => boolean;
}

/** Bundles an app as Metro does, its host's packages left outside. */
export async function bundleApp(entry: string, settings: string): Promise<string> {
  const outside = /^(react|react-native|react-native-nfc-manager|expo-crypto|@react-native.*)$/;
  const host: Plugin = {
    name: 'host',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: outside }, ({ path }) => ({ path, namespace: 'host' }));
      onResolve({ filter: /\/settings\.js$/ }, () => ({ path: 'settings', namespace: 'settings' }));
      onLoad({ filter: /.*/, namespace: 'host' }, ({ path }) => ({
        contents: `module.exports = host[${JSON.stringify(path)}]`,
      }));
      onLoad({ filter: /.*/, namespace: 'settings' }, () => ({ contents: settings }));
    },
  };
  const { outputFiles } = await build({
    ...{ entryPoints: [entry], bundle: true, write: false, format: 'iife', logLevel: 'error' },
    ...{ platform: 'neutral', target: 'es2019', jsx: 'transform', minify: true },
    mainFields: ['react-native', 'browser', 'module', 'main'],
    conditions: ['react-native', 'require'],
    plugins: [host],
  });
  return outputFiles[0]?.text ?? '';
}

/** Starts the app. */
export function openPhone(script: string, { platform, answer }: PhoneOptions): Phone {
  let nfc: FakeNfc | undefined;
  let App: () => Element = () => ({ type: '', props: {}, children: [] });
  const asked: string[] = [];
  const storage = new Map<string, string>();
  const alert = (_title: string, question: string, [no, yes]: readonly Choice[]): void => {
    asked.push(question);
    setTimeout(() => (answer(question) ? yes : no)?.onPress(), 0);
  };
  const react = reactOf();
  const manager = managerOf(() => nfc);
  const host = {
    react: { ...react, default: react },
    'react-native': {
      ...{ Alert: { alert }, Platform: { OS: platform } },
      ...{ Button: 'Button', Text: 'Text', TextInput: 'TextInput', View: 'View' },
      AppRegistry: {
        registerComponent: (_name: string, make: () => typeof App) => (App = make()),
      },
    },
    'react-native-nfc-manager': {
      ...{ __esModule: true, default: manager, NfcError, NfcTech: { IsoDep: 'IsoDep' } },
    },
    'expo-crypto': { getRandomBytes: (size: number) => Uint8Array.from(randomBytes(size)) },
    '@react-native-async-storage/async-storage': {
      getItem: async (key: string) => storage.get(key) ?? null,
      setItem: async (key: string, text: string) => void storage.set(key, text),
    },
  };
  const globals = { host, setTimeout, clearTimeout, fetch, AbortController };
  const context = createContext(Object.assign(Object.create(null) as object, globals));
  runInContext(script, context);
  const elements = (): readonly Element[] => flat(react.draw(() => App()));
  const ofType = (type: string) => elements().filter((one) => one.type === type);
  const buttons = () => ofType('Button').filter(({ props }) => props.disabled !== true);
  return {
    asked,
    present: (card) => (nfc = platform === 'ios' ? fakeIosNfc(card) : fakeAndroidNfc(card)),
    text: () =>
      ofType('Text')
        .flatMap(({ children }) => children)
        .join(''),
    press: async (title) => {
      const button = buttons().find(({ props }) => props.title === title);
      await (button?.props.onPress as (() => Promise<void>) | undefined)?.();
    },
    enabled: () => buttons().map(({ props }) => String(props.title)),
  };
}

/** Elements as they are, and states in the order in which they are asked for. */
function reactOf() {
  const states: unknown[] = [];
  let next = 0;
  return {
    createElement: (type: unknown, props: object | null, ...children: unknown[]) => ({
      ...{ type, props: props ?? {}, children },
    }),
    useState: (first: unknown) => {
      const at = next;
      next += 1;
      if (!(at in states)) states[at] = first;
      const set = (value: unknown): void => void (states[at] = value);
      return [states[at], set];
    },
    draw: (component: () => Element): Element => {
      next = 0;
      return component();
    },
  };
}

/** The library's manager: a card that lies there is found when somebody asks for IsoDep. */
function managerOf(found: () => FakeNfc | undefined): object {
  const base = {
    requestTechnology: async () => {
      if (found() === undefined) throw new Error('no tag');
    },
  };
  return new Proxy(base, {
    get: (own, name): unknown => Reflect.get({ ...found(), ...own }, name),
  });
}

function flat(element: unknown): readonly Element[] {
  if (typeof element !== 'object' || element === null) return [];
  const one = element as Element;
  return [one, ...one.children.flatMap(flat)];
}
