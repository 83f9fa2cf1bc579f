/** Every driver keeps every rule it can be asked; every rule has a driver that breaks it. */
import { afterEach, describe, expect, test } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { envFrom } from '../../src/env.js';
import type { QuancunError } from '../../src/errors.js';
import {
  type CardLike,
  tearings,
  testTransport,
  type TransportRig,
  withFaults,
} from '../../src/testing/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { serveCardOverTcp, tcpTransport } from '../../src/transport/drivers/tcp.js';
import {
  replayTransport,
  type Transport,
  withQueue,
  withTrace,
} from '../../src/transport/index.js';
import { NO_BATCH, NO_REPEAT, NO_SILENCE, testTransportRules } from '../support/conformance.js';
import { framingTransport } from '../support/hosts/framing.js';
import { BROKEN } from './broken-drivers.js';
import { goodRig } from './good-driver.js';

const env = envFrom(globalThis);
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A simulated reader that loses its card when it is told to: faults planned one by one. */
function losing(transport: Transport): TransportRig {
  const plan: Parameters<typeof withFaults>[1][number][] = [];
  const faulty = withFaults(transport, plan);
  return {
    transport: faulty,
    lose: (when) => {
      plan.push({ exchange: faulty.count() + 1, kind: `lose-${when}` });
    },
  };
}

describe('simulatorTransport', () => {
  testTransportRules(
    (card) => Promise.resolve(losing(simulatorTransport(card))),
    [NO_BATCH, NO_SILENCE, NO_REPEAT],
  );
});

describe('simulatorTransport behind withQueue', () => {
  const open = (card: CardLike): Promise<TransportRig> => {
    let silent = false;
    const inner = losing(simulatorTransport(card));
    const quiet: Transport = {
      ...inner.transport,
      transmit: async (command, options) => {
        const answer = await inner.transport.transmit(command, options);
        return silent ? new Promise(() => undefined) : answer;
      },
    };
    const silence = (): void => {
      silent = true;
    };
    return Promise.resolve({ ...inner, transport: withQueue(quiet, env), silence });
  };
  testTransportRules(open, [NO_BATCH, NO_REPEAT]);
});

describe('a host with frames of several commands', () => {
  testTransportRules(
    (card) => {
      const { field, transport } = framingTransport(card, { maxBatch: 4 });
      return Promise.resolve({ transport, lose: (when) => field.lose(when) });
    },
    [NO_SILENCE, NO_REPEAT],
  );
});

describe('tcpTransport', () => {
  const open = async (card: CardLike): Promise<TransportRig> => {
    let loss: 'before' | 'after' | undefined;
    const server = await serveCardOverTcp(
      {
        reset: () => card.reset(),
        exchange: (command) => {
          if (loss !== undefined) {
            if (loss === 'after') card.exchange(command);
            void server.close();
            return new Uint8Array(0);
          }
          return card.exchange(command);
        },
      },
      { port: 0 },
    );
    closing.push(() => server.close().catch(() => undefined));
    const lose = (when: 'before' | 'after'): void => {
      loss = when;
    };
    return { transport: await tcpTransport({ host: '127.0.0.1', port: server.port }), lose };
  };
  testTransportRules(open, [NO_BATCH, NO_SILENCE, NO_REPEAT]);
});

describe('replayTransport', () => {
  /** The rule is recorded on a simulated reader, then run on the recording. */
  const open = (recordings: string[]) => {
    let next = 0;
    return (card: CardLike): Promise<TransportRig> => {
      card.reset();
      const replay = replayTransport(recordings[next] ?? '');
      next += 1;
      // What the replay took is what the card is shown: the rules look there.
      const transmit: Transport['transmit'] = async (command) => {
        const answer = await replay.transmit(command);
        card.exchange(command);
        return answer;
      };
      const reset = (): Promise<Uint8Array> => {
        card.reset();
        return replay.reset?.() ?? Promise.reject(new Error('no reset'));
      };
      return Promise.resolve({ transport: { ...replay, transmit, reset }, lose: () => undefined });
    };
  };
  const record = (texts: string[]) => (card: CardLike) => {
    const at = texts.push('') - 1;
    const write = (lines: string): void => {
      texts[at] = (texts[at] ?? '') + lines;
    };
    const { transport, lose } = losing(simulatorTransport(card));
    const traced = withTrace(transport, write, { redact: false });
    return Promise.resolve({ transport: traced, ...(lose === undefined ? {} : { lose }) });
  };
  const names = testTransport(record([])).map(({ name }) => name);
  // A recording has no card to lose, and a lost exchange in it says what its driver said.
  const about = names.filter(
    (name) => !/lost|loss|PIN|no answer|closed|batch|time|way|twice/.test(name),
  );

  test.each(about)('%s', async (name) => {
    const texts: string[] = [];
    const find = (cases: ReturnType<typeof testTransport>) =>
      cases.find((one) => one.name === name) ?? { run: () => Promise.reject(new Error(name)) };
    await find(testTransport(record(texts))).run();
    expect(await find(testTransport(open(texts))).run()).toBe('kept');
  });
});

describe('a driver that breaks', () => {
  const names = testTransport(() => Promise.resolve(goodRig({} as CardLike))).map(
    ({ name }) => name,
  );
  const run = (name: string, open: (card: CardLike) => Promise<TransportRig>): Promise<unknown> => {
    const found = testTransport(open).find((one) => one.name === name);
    return found?.run() ?? Promise.reject(new Error(`no rule ${name}`));
  };

  test('every rule has a driver that breaks it, and only rules have', () => {
    expect(Object.keys(BROKEN).sort()).toEqual([...names].sort());
  });

  test.each(names)('the good driver keeps: %s', async (name) => {
    expect(await run(name, (card) => Promise.resolve(goodRig(card)))).toBe('kept');
  });

  test.each(names)('its broken twin is caught: %s', async (name) => {
    const open = (card: CardLike) => Promise.resolve(BROKEN[name]?.(card) ?? goodRig(card));
    const patience = new Promise((resolve) => setTimeout(resolve, 200, 'never ended'));
    const outcome = await Promise.race([
      run(name, open).catch((error: unknown) => (error as QuancunError).code),
      patience,
    ]);
    expect(outcome).toBe('CONFORMANCE');
  });

  test('an error that is not ours is caught too', async () => {
    const open = (card: CardLike): Promise<TransportRig> => {
      const rig = goodRig(card);
      const transmit = () => Promise.reject(new Error('lost'));
      return Promise.resolve({ ...rig, transport: { ...rig.transport, transmit } });
    };
    const [lost = ''] = names.filter((name) => name.startsWith('CREDIT FOR LOAD is not'));
    await expect(run(lost, open)).rejects.toMatchObject({
      code: 'CONFORMANCE',
      message: /not a QuancunError/,
    });
  });
});

test('tearings: before and after every exchange', () => {
  expect(tearings(2).map(([fault]) => `${fault?.kind} ${fault?.exchange}`)).toEqual([
    ...['lose-before 1', 'lose-after 1', 'lose-before 2', 'lose-after 2'],
  ]);
  expect(toHex(Uint8Array.of(tearings(9).length))).toBe('12');
});
