/** The drivers whose card is at the other end of a line keep the rules too. */
import { afterEach, describe } from 'vitest';
import { envFrom } from '../../src/env.js';
import type { CardLike, TransportRig } from '../../src/testing/index.js';
import { bleBoxTransport } from '../../src/transport/drivers/ble-box/index.js';
import { remoteTransport, runRemoteTerminal } from '../../src/remote/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { NO_REPEAT, NO_SILENCE, testTransportRules } from '../support/conformance.js';
import { type BoxPlan, fakeBox } from '../support/hosts/ble-box.js';
import { fieldOf } from '../support/hosts/field.js';
import { deployment, KEY, LINES, listen } from '../support/hosts/remote.js';

const env = envFrom(globalThis);
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe.each([false, true])('bleBoxTransport, a box that stops at a failure: %s', (stops) => {
  testTransportRules(async (card) => {
    let silent = false;
    const plan: { -readonly [name in keyof BoxPlan]: BoxPlan[name] } = {
      stopsAtFailure: stops,
      silent: () => silent,
    };
    card.reset();
    const { host: box, seen } = fakeBox(card, plan);
    let again = false;
    // A copy of every notification a turn later, as a second subscription brings it.
    const onNotify: typeof box.onNotify = (listen) =>
      box.onNotify((piece) => {
        listen(piece);
        if (again) setImmediate(() => listen(piece));
      });
    const transport = await bleBoxTransport({ ...box, onNotify }, { env });
    return {
      transport,
      lose: (when) => {
        if (when === 'before') plan.breakAtWrite = seen.writes + 1;
        else plan.breakInAnswer = seen.messages + 1;
      },
      silence: () => {
        silent = true;
      },
      repeat: () => {
        again = true;
      },
    };
  });
});

describe('remoteTransport', () => {
  const open = async (card: CardLike): Promise<TransportRig> => {
    const field = fieldOf(card);
    const { store, answer } = deployment();
    let opened: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (opened = resolve));
    const server = await listen(answer({ onOpen: () => opened() }));
    const reader = simulatorTransport({
      reset: () => card.reset(),
      exchange: (command) => {
        const result = field.exchange(command);
        if (result.kind !== 'answered') throw new Error('the card has left');
        return result.answer;
      },
    });
    const leave = new AbortController();
    const link = LINES.http(server);
    const sessionId = 'AB'.repeat(16);
    const run = runRemoteTerminal({
      ...KEY,
      ...{ transport: reader, link, env, sessionId, signal: leave.signal, waitMs: 80, pauseMs: 10 },
    }).catch(() => undefined);
    ends.push(
      () => server.close(),
      () => (leave.abort(), run),
    );
    await ready;
    const transport = await remoteTransport({ store, sessionId, env });
    return { transport, lose: (when) => field.lose(when) };
  };
  testTransportRules(open, [NO_SILENCE, NO_REPEAT]);
});
