/** A terminal and what its line brings: the server's word, a stranger's, a portal's, nothing. */
import { describe, expect, test } from 'vitest';
import { QuancunError } from '../../src/errors.js';
import { openQuestion, sealUnsigned } from '../../src/remote/envelope.js';
import {
  type RemoteInstruction,
  type RemoteReport,
  type RemoteTerminalOptions,
  runRemoteTerminal,
} from '../../src/remote/index.js';
import { memoryGuard } from '../../src/server/index.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { LEDGER_BUSY } from '../../src/signing/errors.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import type { Transport } from '../../src/transport/index.js';
import { KEY } from '../support/hosts/remote.js';
import { manualEnv } from '../support/manual-env.js';

const NEVER = new Promise<never>(() => undefined);
const stop: RemoteInstruction = { protocol: 1, do: 'stop' };
const run: RemoteInstruction = {
  ...{ protocol: 1, do: 'run', step: 1, withinMs: 10_000 },
  commands: [{ command: '00A40000023F00', expect: ['9000'] }],
};

/** A clock that stands still; a wait is over when nothing else is left to do. */
function calmEnv() {
  const env = manualEnv();
  return { ...env, sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) };
}

type Reply = (answer: (instruction: RemoteInstruction) => string, report: RemoteReport) => unknown;

/** Runs a terminal whose questions are answered one after the other; the last reply stays. */
function lend(
  replies: readonly Reply[],
  changes: Partial<RemoteTerminalOptions> = {},
  env = calmEnv(),
) {
  const guard = memoryGuard();
  const reports: RemoteReport[] = [];
  const exchange = async (text: string): Promise<string> => {
    const limits = { nowMs: env.now(), maxSkewMs: 120_000 };
    const question = await openQuestion(text, [KEY], guard, limits);
    const report = JSON.parse(question.body) as RemoteReport;
    reports.push(report);
    const reply = replies[Math.min(reports.length, replies.length) - 1];
    const answer = (instruction: RemoteInstruction) => question.seal(JSON.stringify(instruction));
    return (await reply?.(answer, report)) as string;
  };
  const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
  const options = { ...KEY, transport, env, waitMs: 0, maxTries: 3 };
  const link = { exchange, close: () => undefined };
  return { reports, end: runRemoteTerminal({ ...options, link, ...changes }) };
}

const refusal = (error: object): string =>
  sealUnsigned(JSON.stringify({ protocol: 1, do: 'refuse', error }));

describe('a refusal that nobody signed', () => {
  const stranger = {
    ...{ name: 'QuancunError', code: 'PAYMENT_REFUNDED', money: 'moved', details: {} },
    ...{ message: 'Give the money back', messageZh: '请退款' },
    hint: { en: 'Give the money back', zh: '请退款' },
  };

  test('is doubt, after every try: its code is a hint, its texts and money state are nobody’s', async () => {
    const { end, reports } = lend([() => refusal(stranger)]);
    const error: unknown = await end.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      ...{ code: 'REMOTE_REFUSED_UNSIGNED', money: 'in-doubt' },
      details: { said: 'PAYMENT_REFUNDED' },
    });
    expect(JSON.stringify(error)).not.toMatch(/money back|退款/);
    expect(reports).toHaveLength(3);
  });

  test.each([
    ['untouched', { ...stranger, money: 'untouched' }, 'PAYMENT_REFUNDED'],
    ['a code that is none', { code: '6201220000001234' }, 'no code'],
    ['no code', {}, 'no code'],
  ])('%s: doubt', async (_name, error, said) => {
    await expect(lend([() => refusal(error)]).end).rejects.toMatchObject({
      ...{ code: 'REMOTE_REFUSED_UNSIGNED', money: 'in-doubt', details: { said } },
    });
  });

  test('of another protocol version, too', async () => {
    const text = sealUnsigned(JSON.stringify({ protocol: 99, do: 'refuse', error: stranger }));
    await expect(lend([() => text]).end).rejects.toMatchObject({
      ...{ code: 'REMOTE_REFUSED_UNSIGNED', money: 'in-doubt' },
    });
  });

  test('in between ends nothing: the session goes on', async () => {
    const { end } = lend([() => refusal(stranger), (answer) => answer(run), (a) => a(stop)]);
    expect(await end).toMatchObject({ end: 'stopped', steps: 1 });
  });
});

test('a refusal of the server’s, of a code that this version does not know, comes with its texts', async () => {
  const error = {
    ...new QuancunError(LEDGER_BUSY).toJSON(),
    ...{ code: 'OF_A_LATER_VERSION', message: 'Later', messageZh: '以后', money: 'moved' as const },
    hint: { en: 'Wait', zh: '请等待' },
  };
  const { end, reports } = lend([(answer) => answer({ protocol: 1, do: 'refuse', error })]);
  await expect(end).rejects.toMatchObject({
    ...{ code: 'OF_A_LATER_VERSION', message: 'Later', messageZh: '以后', money: 'moved' },
    hint: { en: 'Wait', zh: '请等待' },
  });
  expect(reports).toHaveLength(1);
});

describe('what is no answer of a server: SERVER_UNREACHABLE, after every try', () => {
  const unsigned = (body: unknown): string => sealUnsigned(JSON.stringify(body));
  test.each([
    ...['null', '{}', '[]', 'true', '0', '""', '', '<html><title>Login</title></html>'],
    ...['{"code":0,"data":null}', unsigned(null), unsigned({}), unsigned('refuse'), unsigned(stop)],
    ...[unsigned(run), sealUnsigned('<html>'), undefined, null, {}, [], 200, 'x'.repeat(40_000)],
  ])('%j', async (reply) => {
    const { end, reports } = lend([() => reply]);
    await expect(end).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE', money: 'in-doubt' });
    expect(reports).toHaveLength(3);
  });

  test.each([{ do: 'dance' }, { ...run, step: 0 }, { ...run, more: 1 }])(
    'signed, and no instruction: %j',
    async (wrong) => {
      const told = { protocol: 1, ...wrong } as RemoteInstruction;
      const { end, reports } = lend([(answer) => answer(told)]);
      await expect(end).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
      expect(reports).toHaveLength(3);
    },
  );
});

describe('an end', () => {
  test('to a line that never answers', async () => {
    const { end, reports } = lend([() => NEVER]);
    await expect(end).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    expect(reports).toHaveLength(3);
  });

  test.each([
    ['transmit', run],
    ['reset', { protocol: 1, do: 'reset', step: 1, withinMs: 10_000 }],
  ] as const)(
    'to a reader whose %s never answers: the server is told maybe',
    async (name, step) => {
      const card = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
      const transport: Transport = { ...card, [name]: () => NEVER };
      const { end, reports } = lend([(answer) => answer(step), (answer) => answer(stop)], {
        transport,
      });
      expect(await end).toMatchObject({ end: 'stopped', steps: 1 });
      expect(reports[1]?.result).toEqual({
        ...{ answers: [], failure: { code: 'TRANSPORT_TIMEOUT', sent: 'maybe' } },
      });
    },
  );
});

describe('a reader of somebody’s own', () => {
  const OK = [0x90, 0x00];
  const FORMS: Readonly<Record<string, unknown>> = {
    numbers: OK,
    'hex text': '9000',
    'an ArrayBuffer': Uint8Array.from(OK).buffer,
  };
  const readerOf = (answer: unknown): Transport => ({
    info: { kind: 'own', maxBatch: 1 },
    transmit: () => Promise.resolve(answer as never),
    close: () => Promise.resolve(),
  });
  const replies: readonly Reply[] = [(answer) => answer(run), (answer) => answer(stop)];

  test.each(Object.entries(FORMS))('that answers %s is understood', async (_form, answer) => {
    const { reports, end } = lend(replies, { transport: readerOf(answer) });
    expect(await end).toMatchObject({ end: 'stopped' });
    expect(reports[1]).toMatchObject({ result: { answers: ['9000'], failure: null } });
  });

  test.each([
    ['nothing', []],
    ['half a status word', [0x90]],
    ['a hundred thousand bytes', new Uint8Array(100_000)],
  ])('that answers %s has failed, and the card may have had the command', async (_what, answer) => {
    const { reports, end } = lend(replies, { transport: readerOf(answer) });
    expect(await end).toMatchObject({ end: 'stopped' });
    expect(reports[1]).toMatchObject({ result: { answers: [], failure: { sent: 'maybe' } } });
  });
});

test('what is left of the host’s session is told anew at each try', async () => {
  const env = calmEnv();
  const card = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
  const info = { ...card.info, sessionDeadlineMs: env.now() + 60_000 };
  const late: Reply = () => {
    env.advance(40_000);
    return 'null';
  };
  const { end, reports } = lend([late, (a) => a(stop)], { transport: { ...card, info } }, env);
  await end;
  expect(reports.map((report) => report.card.sessionLeftMs)).toEqual([60_000, 20_000]);
});
