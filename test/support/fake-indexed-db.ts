/** As much of IndexedDB as a store of intents needs: answers come later, and once. */
import type { IndexedDbLike } from '../../src/terminal/index.js';

type Opened = ReturnType<IndexedDbLike['open']>;
type Database = Opened['result'];

/** An empty one. */
export function fakeIndexedDb(): IndexedDbLike {
  const rows = new Map<string, unknown>();
  let isMade = false;
  const later = (work: () => void): void => {
    setTimeout(work, 0);
  };
  const answering = <T>(result: T) => {
    const request = { result, error: null, onsuccess: null, onerror: null } as {
      result: T;
      error: unknown;
      onsuccess: ((event: never) => unknown) | null;
      onerror: ((event: never) => unknown) | null;
    };
    later(() => request.onsuccess?.(undefined as never));
    return request;
  };
  const database: Database = {
    createObjectStore: () => undefined,
    close: () => undefined,
    transaction: () => {
      const work: ReturnType<Database['transaction']> = {
        error: null,
        oncomplete: null,
        onabort: null,
        objectStore: () => ({
          getAll: () => answering([...rows.values()]),
          put: (value) => {
            rows.set((value as { readonly orderId: string }).orderId, structuredClone(value));
          },
          delete: (key) => rows.delete(key),
        }),
      };
      later(() => work.oncomplete?.(undefined as never));
      return work;
    },
  };
  return {
    open: () => {
      const request: Opened = { ...answering(database), onupgradeneeded: null };
      later(() => {
        if (!isMade) request.onupgradeneeded?.(undefined as never);
        isMade = true;
        request.onsuccess?.(undefined as never);
      });
      return request;
    },
  };
}
