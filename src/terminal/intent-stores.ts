/**
 * Stores of intents that survive the program: one text on whatever storage a host has, a file, and
 * IndexedDB. Their host objects are handed in.
 */
import { createTurns } from '../turns.js';
import { type IntentStore, isIntent, type PaymentIntent } from './intents.js';

/** A place for one text, such as an entry of a mini program's storage. */
export interface TextStorage {
  /** What was written last; nothing before the first time. */
  read(): Promise<string | null | undefined>;
  /** Over when the text survives the device being switched off. */
  write(text: string): Promise<void>;
}

/**
 * Intents as one JSON text. What is no JSON holds up nobody: that money was being taken the server
 * knows as well.
 * 以一段 JSON 文本保存收款意图。
 * @example
 * let text: string | undefined; // in an app: storage of the host
 * const intents = textIntentStore({
 *   read: async () => text,
 *   write: async (next) => {
 *     text = next;
 *   },
 * });
 */
export function textIntentStore(storage: TextStorage): IntentStore {
  const inTurn = createTurns();
  const all = async (): Promise<readonly PaymentIntent[]> => parseIntents(await storage.read());
  const change = (orderId: string, ...next: readonly PaymentIntent[]): Promise<void> =>
    inTurn(async () => {
      const others = (await all()).filter((one) => one.orderId !== orderId);
      await storage.write(JSON.stringify([...others, ...next]));
    });
  return {
    find: (cardNumber) =>
      inTurn(async () => (await all()).filter((one) => one.cardNumber === cardNumber)),
    save: (intent) => change(intent.orderId, intent),
    remove: (orderId) => change(orderId),
  };
}

/** The part of `node:fs/promises` that is used. */
export interface IntentFiles {
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  open(
    path: string,
    flags: 'w',
    mode: number,
  ): Promise<{
    writeFile(text: string): Promise<void>;
    sync(): Promise<void>;
    close(): Promise<void>;
  }>;
  rename(from: string, to: string): Promise<void>;
}

/**
 * Intents in a file, for one program at a time: written beside it, synced, and put in its place, so
 * that a power cut leaves the old ones or the new ones.
 * 以文件保存收款意图（先写临时文件并同步，再改名）。
 * @param files `node:fs/promises`
 */
export function fileIntentStore(files: IntentFiles, path: string): IntentStore {
  return textIntentStore({
    read: () =>
      files.readFile(path, 'utf8').catch((error: unknown) => {
        if ((error as { readonly code?: unknown }).code === 'ENOENT') return undefined;
        throw error;
      }),
    write: async (text) => {
      const file = await files.open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await files.rename(`${path}.new`, path);
    },
  });
}

interface Request<T> {
  readonly result: T;
  readonly error: unknown;
  onsuccess: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
}

interface Table {
  getAll(): Request<unknown[]>;
  put(value: unknown): unknown;
  delete(key: string): unknown;
}

interface Transaction {
  objectStore(name: string): Table;
  readonly error: unknown;
  oncomplete: ((event: never) => unknown) | null;
  onabort: ((event: never) => unknown) | null;
}

interface Database {
  createObjectStore(name: string, options: { keyPath: string }): unknown;
  transaction(name: string, mode: 'readonly' | 'readwrite', options: object): Transaction;
  close(): void;
}

/** The part of `indexedDB` that is used. */
export interface IndexedDbLike {
  open(
    name: string,
    version: number,
  ): Request<Database> & { onupgradeneeded: ((event: never) => unknown) | null };
}

const TABLE = 'intents';

/**
 * Intents in IndexedDB, for pages: they survive a reload, and every tab sees them.
 * 以 IndexedDB 保存收款意图。
 * @param indexedDb `indexedDB` of the page
 */
export function indexedDbIntentStore(
  indexedDb: IndexedDbLike,
  name = 'quancun-intents',
): IntentStore {
  const open = async (): Promise<Database> => {
    const request = indexedDb.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(TABLE, { keyPath: 'orderId' });
    };
    return resultOf(request);
  };
  const change = async (act: (table: Table) => unknown): Promise<void> => {
    const database = await open();
    try {
      // Strict: complete means that it is on the disk, not that it is on its way.
      const work = database.transaction(TABLE, 'readwrite', { durability: 'strict' });
      act(work.objectStore(TABLE));
      await completed(work);
    } finally {
      database.close();
    }
  };
  return {
    find: async (cardNumber) => {
      const database = await open();
      try {
        const table = database.transaction(TABLE, 'readonly', {}).objectStore(TABLE);
        const all = (await resultOf(table.getAll())).filter(isIntent);
        return all.filter((one) => one.cardNumber === cardNumber);
      } finally {
        database.close();
      }
    },
    save: (intent) => change((table) => table.put({ ...intent })),
    remove: (orderId) => change((table) => table.delete(orderId)),
  };
}

function resultOf<T>(request: Request<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(new Error('IndexedDB refused', { cause: request.error }));
    };
  });
}

function completed(work: Transaction): Promise<void> {
  return new Promise((resolve, reject) => {
    work.oncomplete = () => {
      resolve();
    };
    work.onabort = () => {
      reject(new Error('IndexedDB gave up', { cause: work.error }));
    };
  });
}

function parseIntents(text: string | null | undefined): readonly PaymentIntent[] {
  try {
    const all: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(all) ? all.filter(isIntent) : [];
  } catch {
    return [];
  }
}
