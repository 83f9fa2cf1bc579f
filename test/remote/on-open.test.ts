/** The program that drives a far card may fail: the server stands, and the terminal is told. */
import { expect, test } from 'vitest';
import { runRemoteTerminal } from '../../src/remote/index.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { deployment, env, KEY } from '../support/hosts/remote.js';

test.each([
  ['throws', () => fail()],
  ['rejects later', async () => fail()],
])('an onOpen that %s: the terminal is told', async (_how, onOpen) => {
  const failures: unknown[] = [];
  const { answer } = deployment();
  const server = answer({
    onOpen,
    onError: (error, sessionId) => failures.push([error, sessionId]),
  });
  const sessionId = 'AB'.repeat(16);
  const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
  const link = { exchange: (text: string) => server(text), close: () => undefined };
  const end = runRemoteTerminal({ ...KEY, transport, link, env, sessionId, waitMs: 50 });
  await expect(end).rejects.toMatchObject({
    ...{ code: 'REMOTE_DRIVER_GONE', money: 'in-doubt' },
    messageZh: expect.stringContaining('不再操作') as string,
  });
  expect(failures).toEqual([[new Error('the program failed'), sessionId]]);
});

function fail(): never {
  throw new Error('the program failed');
}

test.each([
  ['throws', () => fail()],
  ['rejects', async () => fail()],
])('an onError that %s ends no process', async (_how, onError) => {
  const rejections: unknown[] = [];
  const note = (error: unknown): void => void rejections.push(error);
  process.on('unhandledRejection', note);
  const { answer } = deployment();
  const server = answer({ onOpen: () => fail(), onError });
  const sessionId = 'AB'.repeat(16);
  const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
  const link = { exchange: (text: string) => server(text), close: () => undefined };
  const end = runRemoteTerminal({ ...KEY, transport, link, env, sessionId, waitMs: 50 });
  await expect(end).rejects.toMatchObject({ code: 'REMOTE_DRIVER_GONE' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', note);
  expect(rejections).toEqual([]);
});

test.each([
  ['key id', { secret: '22'.repeat(32) }],
  ['secret', { keyId: 'T2' }],
])('two terminals of one %s are refused', (_what, other) => {
  const { answer } = deployment();
  const keys = [KEY, { ...KEY, ...other }];
  expect(() => answer({ keys })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
});
