/** Server processes of one deployment, and terminals that report to them in turn; no sockets. */
import { toHex } from '../../../src/bytes.js';
import type { Env } from '../../../src/env.js';
import {
  memoryRemoteStore,
  type RemoteLink,
  type RemoteServer,
  remoteServer,
  type RemoteServerOptions,
  type RemoteStore,
  type RemoteTerminalOptions,
  remoteTransport,
  type RemoteTransportOptions,
  runRemoteTerminal,
} from '../../../src/remote/index.js';
import { memoryGuard } from '../../../src/server/index.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import type { Transport } from '../../../src/transport/index.js';
import { type ClockEnv, clockEnv } from '../clock-env.js';
import { KEY } from './remote.js';

export const SESSION = 'AB'.repeat(16);

/** A card in a reader, and what it was sent. */
export function cardInReader(): { readonly transport: Transport; readonly seen: string[] } {
  const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5_000 }));
  const seen: string[] = [];
  const transport = simulatorTransport({
    reset: () => card.reset(),
    exchange: (command) => {
      seen.push(toHex(command));
      return card.exchange(command);
    },
  });
  return { transport, seen };
}

/** One process that may die: from then on none of its waits ends. */
export function mortal(env: Env): Env & { die(): void } {
  let isDead = false;
  const never = new Promise<never>(() => undefined);
  return {
    ...env,
    sleep: async (durationMs, until) => {
      await env.sleep(durationMs, until);
      return isDead ? never : undefined;
    },
    die: () => {
      isDead = true;
    },
  };
}

/** A deployment. */
export function farShop(
  options: {
    readonly processes?: readonly Partial<RemoteServerOptions>[];
    readonly store?: RemoteStore;
  } = {},
) {
  const clock: ClockEnv = clockEnv();
  const store = options.store ?? memoryRemoteStore();
  const guard = memoryGuard();
  const servers: RemoteServer[] = (options.processes ?? [{}]).map((changes) =>
    remoteServer({ store, guard, env: clock, keys: [KEY], ...changes }),
  );
  let turn = 0;
  const link: RemoteLink = {
    exchange: (text) =>
      servers[(turn += 1) % servers.length]?.(text) ?? Promise.reject(new Error()),
    close: () => undefined,
  };
  const lend = (changes: Partial<RemoteTerminalOptions> = {}) => {
    const { transport, seen } = cardInReader();
    const terminal = { ...KEY, transport, link, env: clock, sessionId: SESSION, ...changes };
    const end = runRemoteTerminal(terminal).then(
      (value) => value,
      (error: unknown) => error,
    );
    return { end, seen };
  };
  const drive = (changes: Partial<RemoteTransportOptions> = {}) =>
    remoteTransport({ store, sessionId: SESSION, env: clock, ...changes });
  return { clock, store, link, lend, drive };
}
