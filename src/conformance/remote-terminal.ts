/**
 * The conformance suite of a terminal that lends its card to a server: ours, or one that was
 * written for another host. A step runs once, a stranger's word moves nothing, and every wait ends.
 */
import { toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { isQuancunError } from '../errors.js';
import {
  memoryRemoteStore,
  type RemoteLink,
  remoteServer,
  type RemoteServerOptions,
  type RemoteTerminalOptions,
  type RemoteTransport,
  remoteTransport,
} from '../remote/index.js';
import { memoryGuard } from '../server/index.js';
import type { Transport } from '../transport/index.js';
import { broken, same } from './conformance.js';
import { recordingCard } from './recording-card.js';
import type { RemoteCase } from './remote-store.js';
import { simulatorTransport } from '../transport/drivers/simulator.js';

/** What the terminal under test is given: every limit is short, so that each of its waits ends. */
export type LentTerminal = Required<Omit<RemoteTerminalOptions, 'signal' | 'onStep'>>;

/**
 * The rules of a remote terminal.
 * 远程终端一致性测试集。
 * @param run lends the card that it is given, until the server needs it no more; rejects as
 * `runRemoteTerminal` does
 * @example
 * import { envFrom } from 'quancun';
 * import { runRemoteTerminal } from 'quancun/transport/remote';
 * const rules = testRemoteTerminal(runRemoteTerminal, envFrom(globalThis));
 * declare function test(name: string, run: () => Promise<unknown>): void; // of any test runner
 * for (const { name, run } of rules) test(name, run);
 */
export function testRemoteTerminal(
  run: (terminal: LentTerminal) => Promise<unknown>,
  env: Env,
): readonly RemoteCase[] {
  return Object.entries(CASES).map(([name, check]) => ({
    name,
    run: async () => {
      await check(rigOf(run, env)).catch((error: unknown) => {
        throw isQuancunError(error, 'CONFORMANCE') ? error : broken(`it failed: ${String(error)}`);
      });
      return 'kept';
    },
  }));
}

const SELECT_MF = Uint8Array.of(0x00, 0xa4, 0x00, 0x00, 0x02, 0x3f, 0x00);
const KEY = { keyId: 'T1', secret: '5A'.repeat(32) };
const NEVER = new Promise<never>(() => undefined);
/** Whoever has not ended by then never will. */
const LIMIT_MS = 15_000;
const LEFT_MS = 60_000;

type Rig = ReturnType<typeof rigOf>;
type Program = (drive: () => Promise<RemoteTransport>) => Promise<unknown>;

/** A server whose program drives what is lent, and terminals of the implementation under test. */
function rigOf(run: (terminal: LentTerminal) => Promise<unknown>, env: Env) {
  const [store, guard] = [memoryRemoteStore(), memoryGuard()];
  const serve = (program: Program): RemoteLink => {
    const onOpen: RemoteServerOptions['onOpen'] = (sessionId) =>
      program(() => remoteTransport({ store, sessionId, env }));
    const answer = remoteServer({ store, guard, env, keys: [KEY], onOpen });
    return { exchange: (text) => answer(text), close: () => undefined };
  };
  const sessionId = toHex(env.random(16));
  const lend = (link: RemoteLink, changes: (reader: Transport) => Transport = (one) => one) => {
    const card = recordingCard();
    const terminal: LentTerminal = {
      ...KEY,
      ...{ transport: changes(simulatorTransport(card)), link, env, sessionId, maxTries: 3 },
      ...{ waitMs: 50, timeoutMs: 200, answerTimeoutMs: 200, pauseMs: 10, maxIdleMs: 400 },
    };
    const settled = run(terminal).then(
      (): unknown => undefined,
      (error: unknown) => error,
    );
    const limit = env.sleep(LIMIT_MS, settled).then(() => {
      throw broken('the terminal never ended');
    });
    return { card, end: Promise.race([settled, limit]) };
  };
  return { env, serve, lend };
}

/** The program of a server that asks one step and is done. */
const ONE_STEP: Program = async (drive) => {
  const transport = await drive();
  await transport.transmit(SELECT_MF, { timeoutMs: 2_000 });
  await transport.close();
};

/** Every other exchange is lost, on its way there or back. */
async function runsOnce({ serve, lend }: Rig, way: 'there' | 'back'): Promise<void> {
  const link = serve(ONE_STEP);
  let count = 0;
  const exchange: RemoteLink['exchange'] = async (text, timeoutMs) => {
    const isLost = (count += 1) % 2 === 1;
    if (isLost && way === 'there') throw new Error('lost on its way there');
    const answer = await link.exchange(text, timeoutMs);
    if (isLost) throw new Error('lost on its way back');
    return answer;
  };
  const { card, end } = lend({ ...link, exchange });
  await end;
  same(card.seen.length, 1);
}

function codeOf(error: unknown): string {
  if (isQuancunError(error)) return error.code;
  return error instanceof Error ? error.message : 'no error';
}

const CASES: Readonly<Record<string, (rig: Rig) => Promise<void>>> = {
  'a step runs once, though every other question is lost': (rig) => runsOnce(rig, 'there'),
  'a step runs once, though every other answer is lost': (rig) => runsOnce(rig, 'back'),
  'a session number that was opened before runs nothing on this card': async ({ serve, lend }) => {
    const link = serve(ONE_STEP);
    // The first has begun the step, and nobody hears of it for a while.
    let hasBegun: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (hasBegun = resolve));
    const first = lend(link, (reader) => ({
      ...reader,
      transmit: () => {
        hasBegun();
        return NEVER;
      },
    }));
    await begun;
    const second = lend(link);
    same(codeOf(await second.end), 'REMOTE_INSTANCE');
    same(second.card.seen.length, 0);
    await first.end;
  },
  'a refusal that nobody signed is doubt, and no more': async ({ lend }) => {
    const error = { code: 'PAYMENT_REFUNDED', money: 'moved', message: 'x', messageZh: 'x' };
    const body = JSON.stringify({ protocol: 1, do: 'refuse', error });
    const nobody = { keyId: '', timestamp: '', nonce: '', signature: '' };
    const text = JSON.stringify({ ...nobody, body });
    const { end } = lend({ exchange: () => Promise.resolve(text), close: () => undefined });
    const thrown = await end;
    same(codeOf(thrown), 'REMOTE_REFUSED_UNSIGNED');
    same(isQuancunError(thrown) && thrown.money, 'in-doubt');
  },
  'what is left of the host’s session is told anew at each try': async ({ env, lend }) => {
    const told: number[] = [];
    const exchange: RemoteLink['exchange'] = async (text) => {
      const { body } = JSON.parse(text) as { readonly body: string };
      const { card } = JSON.parse(body) as { readonly card: { readonly sessionLeftMs: number } };
      told.push(card.sessionLeftMs);
      await env.sleep(30);
      throw new Error('no server');
    };
    const sessionDeadlineMs = env.now() + LEFT_MS;
    const { end } = lend({ exchange, close: () => undefined }, (reader) => {
      return { ...reader, info: { ...reader.info, sessionDeadlineMs } };
    });
    await end;
    if (told.length < 2) throw broken('it does not try again');
    const fell = told.slice(1).every((leftMs, at) => leftMs < (told[at] ?? 0));
    if (!fell) throw broken(`it told ${told.join(', ')} ms, though time passed`);
  },
  'a program of the server that fails is told': async ({ serve, lend }) => {
    const link = serve(() => Promise.reject(new Error('the program failed')));
    same(codeOf(await lend(link).end), 'REMOTE_DRIVER_GONE');
  },
  'a program that asks nothing for too long: the card is taken back': async (rig) => {
    const { env, serve, lend } = rig;
    const link = serve(async (drive) => {
      const transport = await drive();
      await env.sleep(2_000);
      await transport.close();
    });
    same(codeOf(await lend(link).end), 'REMOTE_DRIVER_GONE');
  },
  'a line that never answers has an end': async ({ lend }) => {
    const { end } = lend({ exchange: () => NEVER, close: () => undefined });
    same(codeOf(await end), 'SERVER_UNREACHABLE');
  },
  'a reader that never answers: the server is told maybe': async ({ serve, lend }) => {
    let said: unknown;
    const link = serve(async (drive) => {
      const transport = await drive();
      said = await transport
        .transmit(SELECT_MF, { timeoutMs: 300 })
        .catch((error: unknown) => error);
      await transport.close();
    });
    await lend(link, (reader) => ({ ...reader, transmit: () => NEVER })).end;
    same(isQuancunError(said) && said.sent, 'maybe');
  },
};
