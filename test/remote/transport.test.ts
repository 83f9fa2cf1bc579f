import { afterEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { QuancunError } from '../../src/errors.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { type RemoteLink, remoteTransport, runRemoteTerminal } from '../../src/remote/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import type { Transport } from '../../src/transport/index.js';
import { ends, lend, SESSION } from '../support/hosts/lent-card.js';
import { deployment, env, KEY } from '../support/hosts/remote.js';

const SELECT_MF = fromHex('00A40000023F00');
const SELECT = fromHex('00A40000021001');
const BALANCE = fromHex('805C000204');
const UNKNOWN = fromHex('00FF000000');

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe.each(['http', 'webSocket'] as const)('remoteTransport over %s', (line) => {
  test('looks like the terminal’s own reader', async () => {
    const { drive, end, seen } = await lend({ line });
    const remote = await drive();
    const twin = simulatorTransport(
      createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 })),
    );
    expect(remote.info).toMatchObject({ kind: 'remote', maxBatch: 16, atr: twin.info.atr });
    for (const command of [SELECT_MF, SELECT, BALANCE, UNKNOWN]) {
      expect(toHex(await remote.transmit(command))).toBe(toHex(await twin.transmit(command)));
    }
    expect(await remote.reset?.()).toEqual(twin.info.atr);
    await remote.close();
    expect(await end).toEqual({ sessionId: SESSION, end: 'stopped', steps: 5 });
    await expect(remote.transmit(SELECT)).rejects.toMatchObject({
      code: 'TRANSPORT_CLOSED',
      sent: 'no',
    });
    expect(seen).toHaveLength(4);
  });

  test('a batch is one round trip, and stops after the first unexpected answer', async () => {
    const { drive, link, seen } = await lend({ line });
    const remote = await drive();
    const before = link.count();
    const all = await remote.transmitBatch?.([SELECT_MF, SELECT, BALANCE]);
    expect(all?.map((answer) => toHex(answer).slice(-4))).toEqual(['9000', '9000', '9000']);
    expect(link.count() - before).toBe(1);
    const some = await remote.transmitBatch?.([SELECT, UNKNOWN, BALANCE]);
    expect(some?.map((answer) => toHex(answer).slice(-4))).toEqual(['9000', '6D00']);
    const tolerant = await remote.run([
      { command: UNKNOWN, expect: ['6Dxx'] },
      { command: SELECT, expect: ['xxxx'] },
      { command: BALANCE },
    ]);
    expect(tolerant).toHaveLength(3);
    expect(seen).toHaveLength(8);
  });
});

describe('what is said about a command that got no answer', () => {
  test('a terminal that is not there: sent no', async () => {
    const { drive, leave, end, seen } = await lend();
    const remote = await drive();
    leave.abort();
    expect(await end).toMatchObject({ end: 'left' });
    await expect(remote.transmit(SELECT)).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_LOST', sent: 'no' },
    });
    expect(seen).toEqual([]);
  });

  test('a terminal that has gone quiet before it heard of it: sent no, and never run late', async () => {
    let quiet = false;
    const { drive, seen } = await lend({
      fault: () => (quiet ? 'lose-question' : undefined),
      maxTries: 30,
    });
    const remote = await drive();
    await remote.transmit(SELECT_MF);
    quiet = true;
    await new Promise((resolve) => setTimeout(resolve, 150)); // the held report has been answered
    await expect(remote.transmit(SELECT, { timeoutMs: 100 })).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_TIMEOUT', sent: 'no' },
    });
    quiet = false;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(seen).toHaveLength(1);
    expect(toHex(await remote.transmit(SELECT))).toMatch(/9000$/);
    expect(seen).toHaveLength(2);
  });

  test('the terminal ran it and its answer is late: sent maybe; the next step goes on', async () => {
    let slow = true;
    const reader = (inner: Transport): Transport => ({
      ...inner,
      transmit: async (command) => {
        const answer = await inner.transmit(command);
        if (slow) await new Promise((resolve) => setTimeout(resolve, 600));
        return answer;
      },
    });
    const { drive, seen } = await lend({ reader });
    const remote = await drive();
    await expect(remote.transmit(SELECT, { timeoutMs: 300 })).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_TIMEOUT', sent: 'maybe' },
    });
    slow = false;
    expect(toHex(await remote.transmit(BALANCE))).toBe('000013889000');
    expect(seen).toHaveLength(2);
  });

  test.each(['no', 'maybe', 'yes'] as const)('the terminal’s reader says %s', async (sent) => {
    const reader = (inner: Transport): Transport => ({
      ...inner,
      transmit: (command) =>
        command[1] === 0x5c
          ? Promise.reject(new QuancunError('TRANSPORT_LOST', { sent }))
          : inner.transmit(command),
    });
    const { drive } = await lend({ reader });
    const remote = await drive();
    await expect(remote.transmit(BALANCE)).rejects.toMatchObject({ code: 'TRANSPORT_LOST', sent });
    const batch = remote.transmitBatch?.([SELECT, BALANCE]);
    // Not sent, after others that were: fewer answers, as after any stop.
    if (sent === 'no') expect(await batch).toHaveLength(1);
    else await expect(batch).rejects.toMatchObject({ sent, details: { answered: 1 } });
  });

  test('an error of a driver that does not say: maybe', async () => {
    const reader = (inner: Transport): Transport => ({
      ...inner,
      transmit: () => Promise.reject(new Error('whatever')),
    });
    const { drive } = await lend({ reader });
    await expect((await drive()).transmit(SELECT)).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_LOST', sent: 'maybe' },
    });
  });

  test('cancelled before: no; while it runs: maybe', async () => {
    const reader = (inner: Transport): Transport => ({
      ...inner,
      transmit: async (command) => {
        await new Promise((resolve) => setTimeout(resolve, 400));
        return inner.transmit(command);
      },
    });
    const { drive, seen } = await lend({ reader });
    const remote = await drive();
    await expect(remote.transmit(SELECT, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_ABORTED', sent: 'no' },
    });
    expect(seen).toEqual([]);
    const signal = AbortSignal.timeout(150);
    await expect(remote.transmit(SELECT, { signal })).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_ABORTED', sent: 'maybe' },
    });
  });

  test('commands that could only begin after the deadline are not begun', async () => {
    const reader = (inner: Transport): Transport => ({
      ...inner,
      transmit: async (command) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return inner.transmit(command);
      },
    });
    const { drive, seen } = await lend({ reader });
    const remote = await drive();
    const commands = Array.from({ length: 8 }, () => SELECT);
    await expect(remote.transmitBatch?.(commands, { timeoutMs: 250 })).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_TIMEOUT', sent: 'maybe' },
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThanOrEqual(3);
  });
});

describe('steps', () => {
  test('a step asked again, by whatever process, gives the stored answers and runs once', async () => {
    const { drive, seen } = await lend();
    const first = await drive();
    const batch = [{ command: SELECT }, { command: BALANCE }];
    const answers = await first.run(batch, { step: 1 });
    const second = await drive('at-once');
    expect(await second.step()).toBe(1);
    expect(await second.run(batch, { step: 1 })).toEqual(answers);
    expect(seen).toHaveLength(2);
    for (const [step, commands] of [
      [1, [{ command: SELECT }]],
      [3, batch],
      [0, batch],
    ] as const) {
      await expect(second.run(commands, { step })).rejects.toMatchObject({
        ...{ code: 'REMOTE_STEP', sent: 'no' },
      });
    }
    expect(await second.run(batch, { step: 2 })).toHaveLength(2);
    await expect(first.transmit(SELECT)).rejects.toMatchObject({
      ...{ code: 'REMOTE_TAKEN_OVER', sent: 'no' },
    });
    expect(seen).toHaveLength(4);
  });

  test('a process that dies while a step runs: the next one gets its answers', async () => {
    const reader = (inner: Transport): Transport => ({
      ...inner,
      transmit: async (command) => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        return inner.transmit(command);
      },
    });
    const { drive, seen } = await lend({ reader });
    const dying = (await drive()).run([{ command: BALANCE }], { step: 1 });
    dying.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const heir = await drive('at-once');
    expect((await heir.run([{ command: BALANCE }], { step: 1 })).map(toHex)).toHaveLength(1);
    expect(seen).toHaveLength(1);
  });

  test('two processes at once: one drives, the other is told so', async () => {
    const { drive } = await lend();
    const [one, other] = [await drive(), await drive('at-once')];
    const [lost, won] = await Promise.allSettled([one.transmit(SELECT), other.transmit(SELECT)]);
    expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'REMOTE_TAKEN_OVER' } });
    expect(won).toMatchObject({ status: 'fulfilled' });
  });

  test('two callers of one transport never interleave', async () => {
    const { drive, seen } = await lend();
    const remote = await drive();
    await Promise.all([
      remote.transmit(SELECT_MF),
      remote.transmit(SELECT),
      remote.transmit(BALANCE),
    ]);
    expect(seen).toEqual([SELECT_MF, SELECT, BALANCE].map(toHex));
  });

  test('what no terminal would take is refused unsent', async () => {
    const { drive, seen } = await lend();
    const remote = await drive();
    for (const size of [0, 3, 262]) {
      await expect(remote.transmit(new Uint8Array(size))).rejects.toMatchObject({
        ...{ code: 'COMMAND_MALFORMED', sent: 'no' },
      });
    }
    const odd = remote.run([{ command: SELECT, expect: ['90'] }]);
    await expect(odd).rejects.toMatchObject({ code: 'COMMAND_MALFORMED', sent: 'no' });
    const many = Array.from({ length: 20 }, () => SELECT);
    expect(await remote.transmitBatch?.(many)).toHaveLength(16);
    expect(seen).toHaveLength(16);
  });

  test('an unknown session', async () => {
    const { store } = deployment();
    await expect(remoteTransport({ store, sessionId: SESSION, env })).rejects.toMatchObject({
      ...{ code: 'REMOTE_SESSION_UNKNOWN', sent: 'no' },
    });
  });

  test('a question that came twice, or whose answer was lost, is asked again and nothing runs twice', async () => {
    const kinds = ['lose-answer', undefined, 'twice', 'lose-question'] as const;
    const { drive, seen } = await lend({ fault: (exchange) => kinds[exchange % 4], maxTries: 9 });
    const remote = await drive();
    for (let turn = 0; turn < 6; turn += 1) await remote.transmit(BALANCE);
    expect(seen).toHaveLength(6);
  });
});

test('a host that ends sessions is told of on the server, by the server’s clock', async () => {
  const startedMs = env.now();
  const reader = (inner: Transport): Transport => {
    const info = { ...inner.info, contactless: true, sessionDeadlineMs: startedMs + 60_000 };
    return { ...inner, info };
  };
  const { drive } = await lend({ reader });
  const { info } = await drive();
  expect(info.contactless).toBe(true);
  expect(Math.abs((info.sessionDeadlineMs ?? 0) - startedMs - 60_000)).toBeLessThan(1_000);
});

test('a server that nobody reaches: SERVER_UNREACHABLE, after every try', async () => {
  let tries = 0;
  const link: RemoteLink = {
    exchange: () => Promise.reject(new Error(`down ${String((tries += 1))}`)),
    close: () => undefined,
  };
  const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
  const end = runRemoteTerminal({ ...KEY, transport, link, env, maxTries: 3 });
  await expect(end).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  expect(tries).toBe(3);
});
