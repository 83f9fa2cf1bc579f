/** A card in a terminal that is lent to a server over a real socket, and what a test may spoil. */
import { toHex } from '../../../src/bytes.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { remoteTransport, runRemoteTerminal } from '../../../src/remote/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import type { Transport } from '../../../src/transport/index.js';
import { counting, deployment, env, KEY, LINES, listen } from './remote.js';

export const SESSION = 'AB'.repeat(16);

/** What is to be closed after a test, last first. */
export const ends: (() => void | Promise<void>)[] = [];

/** A card in a terminal that is lent to a server. */
export async function lend(
  options: {
    line?: keyof typeof LINES;
    reader?: (transport: Transport) => Transport;
    fault?: Parameters<typeof counting>[1];
    maxTries?: number;
    silent?: boolean;
  } = {},
) {
  const { store, answer } = deployment();
  let opened: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (opened = resolve));
  const server = await listen(answer({ onOpen: () => opened() }));
  const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
  const seen: string[] = [];
  const simulated = simulatorTransport({
    reset: () => card.reset(),
    exchange: (command) => {
      seen.push(toHex(command));
      return card.exchange(command);
    },
  });
  const transport = options.reader?.(simulated) ?? simulated;
  const link = counting(LINES[options.line ?? 'http'](server), options.fault);
  const leave = new AbortController();
  const end = runRemoteTerminal({
    ...KEY,
    transport,
    link,
    env,
    sessionId: SESSION,
    signal: leave.signal,
    waitMs: 80,
    pauseMs: 10,
    ...(options.maxTries === undefined ? {} : { maxTries: options.maxTries }),
  });
  end.catch(() => undefined);
  ends.push(
    () => server.close(),
    async () => {
      leave.abort();
      await end.catch(() => undefined);
      link.close();
    },
  );
  await ready;
  const drive = (takeOver: 'when-silent' | 'at-once' = 'when-silent') =>
    remoteTransport({ store, sessionId: SESSION, env, takeOver });
  return { store, server, card, seen, link, end, leave, drive };
}
