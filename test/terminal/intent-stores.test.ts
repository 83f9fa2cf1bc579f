/** Intents survive the program: in a file, in one text, in IndexedDB. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  fileIntentStore,
  indexedDbIntentStore,
  type IntentStore,
  memoryIntentStore,
  type PaymentIntent,
  textIntentStore,
} from '../../src/terminal/index.js';
import { fakeIndexedDb } from '../support/fake-indexed-db.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-intents-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const intent = (orderId: string, cardNumber = '6201220000001234'): PaymentIntent => ({
  ...{ orderId, cardNumber, amountFen: 100, terminal: 'FF0102030405', sinceMs: 1 },
  stage: 'taking',
});

let count = 0;
/** A store, and the same store as the next program opens it. */
const STORES: readonly [name: string, open: () => () => IntentStore][] = [
  [
    'file',
    () => {
      const path = join(folder, `${String((count += 1))}.json`);
      return () => fileIntentStore(files, path);
    },
  ],
  [
    'text',
    () => {
      let text: string | null = null;
      const read = () => Promise.resolve(text);
      const write = (next: string) => Promise.resolve(void (text = next));
      return () => textIntentStore({ read, write });
    },
  ],
  [
    'IndexedDB',
    () => {
      const indexedDb = fakeIndexedDb();
      return () => indexedDbIntentStore(indexedDb);
    },
  ],
  [
    'memory',
    () => {
      const store = memoryIntentStore();
      return () => store;
    },
  ],
];

describe.each(STORES)('%s', (_name, open) => {
  test('keeps, replaces, forgets, and tells cards apart', async () => {
    const next = open();
    expect(await next().find('6201220000001234')).toEqual([]);
    await next().save(intent('A'));
    await next().save(intent('B', '6201220000009999'));
    const payment = { provider: 'pos', transactionId: '1', amountFen: 100 };
    await next().save({ ...intent('A'), stage: 'taken', payment });
    expect(await next().find('6201220000001234')).toEqual([
      { ...intent('A'), stage: 'taken', payment },
    ]);
    await next().remove('A');
    await next().remove('NEVER-KEPT');
    expect(await next().find('6201220000001234')).toEqual([]);
    expect(await next().find('6201220000009999')).toEqual([intent('B', '6201220000009999')]);
  });

  test('two at once: both are kept', async () => {
    const store = open()();
    await Promise.all([store.save(intent('A')), store.save(intent('B'))]);
    expect(await store.find('6201220000001234')).toHaveLength(2);
  });
});

test('a file that is no JSON, or half a list, holds up nobody', async () => {
  const path = join(folder, 'damaged.json');
  for (const text of ['', '{', '{}', 'null', '[1,null,{"orderId":1}]']) {
    writeFileSync(path, text);
    const store = fileIntentStore(files, path);
    expect(await store.find('6201220000001234')).toEqual([]);
    await store.save(intent('A'));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual([intent('A')]);
  }
});

test('a folder that cannot be written is a store that fails', async () => {
  const store = fileIntentStore(files, join(folder, 'absent', 'x.json'));
  await expect(store.save(intent('A'))).rejects.toThrow('ENOENT');
});
