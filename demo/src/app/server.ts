/** The server behind the counter door: no key here, the person's session is a cookie. */
import { envFrom, serverClient } from 'quancun';
import {
  createOutbox,
  indexedDbIntentStore,
  officeClient,
  type OutboxStore,
  type PageClientOptions,
  personClient,
} from 'quancun/terminal';
import { pageFetch } from './network.js';

export const env = envFrom(globalThis);

const OUTBOX = 'quancun-demo-outbox';

/** TACs that the card gave and the server has not seen: they survive a reload. */
const outboxStore: OutboxStore = {
  load: async () => JSON.parse(localStorage.getItem(OUTBOX) ?? '[]') as [],
  save: async (reports) => {
    localStorage.setItem(OUTBOX, JSON.stringify(reports));
  },
};

const line = {
  url: location.origin,
  signedBy: 'counter-door',
  fetch: pageFetch,
  env,
  timeoutMs: 8_000,
} as const satisfies PageClientOptions;

export const authority = serverClient({ ...line, outbox: createOutbox(outboxStore) });
export const persons = personClient(line);
export const office = officeClient(line);
/** That money is being taken, kept before it is: a reload never makes anybody pay twice. */
export type QrView = Awaited<ReturnType<typeof authority.createQr>>;
export const intents = indexedDbIntentStore(indexedDB);
