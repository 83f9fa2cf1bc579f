/** `serve --counter`: the door of a counter page, beside the server's own, for one device. */
import type { Caller, CallerSource } from '../../server/index.js';
import { fromOption, wrongOption } from '../output.js';
import { nodeEnv } from '../run.js';
import type { Settings } from './settings.js';

type Fetch = (request: Request) => Promise<Response>;

/** Puts the door in front of the server; without one, the server as it is. */
export type Counter = (server: Fetch, callers: CallerSource) => Fetch;

const NEEDS_DEVICE = {
  en: 'the key id of an entry of the key file with "persons": true',
  zh: '密钥文件中含 "persons": true 的条目的 keyId',
};

/** Makes the door before anything is opened: what is wrong with it is said first. */
export async function openCounter(
  { counter: origin, counterKey }: Settings,
  known: readonly Caller[],
): Promise<Counter> {
  if (origin === undefined || counterKey === undefined) return (server) => server;
  // Whoever reaches the door is signed for: it is a login that makes a person of them.
  if (!known.some((one) => isDevice(one, counterKey))) {
    throw wrongOption('--counter-key', NEEDS_DEVICE);
  }
  const { createCounterDoor } = await import('../../server/http/index.js');
  const build = (server: Fetch, device: () => Promise<Caller | undefined>) =>
    createCounterDoor({ server, origin, device, env: nodeEnv });
  fromOption(() => build(fetch, () => Promise.resolve(undefined)));
  return (server, callers) => {
    // As the file says now: its secret may have been exchanged.
    const door = build(server, async () => {
      const caller = await callers(counterKey);
      return caller !== undefined && isDevice(caller, counterKey) ? caller : undefined;
    });
    return (request) => (isOfPage(request) ? door.fetch(request) : server(request));
  };
}

const isDevice = ({ keyId, persons }: Caller, counterKey: string): boolean =>
  keyId === counterKey && persons === true;

const isOfPage = ({ url }: Request): boolean => new URL(url).pathname.startsWith('/counter/');
