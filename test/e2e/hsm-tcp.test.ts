/** The example of an adapter: the whole suite over real sockets, and a connection that is lost. */
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tcpHsm } from '../../examples/hsm-tcp/adapter.mjs';
import { startHsmServer } from '../../examples/hsm-tcp/server.mjs';
import { HSM_ANSWERS } from '../../src/conformance/hsm-answers.js';
import { HSM_TEST_KEYS, testHsm } from '../../src/testing/index.js';

const slotOf = (keyIndex: number, use: 'load' | 'tac'): string =>
  (keyIndex + (use === 'load' ? 0 : 0x80)).toString(16).padStart(2, '0');

const keys = HSM_TEST_KEYS.map(({ keyIndex, cipher, hierarchy }) => ({
  ...{ keyIndex, cipher, hierarchy },
  loadSlot: slotOf(keyIndex, 'load'),
  tacSlot: slotOf(keyIndex, 'tac'),
}));
const slots = new Map(
  HSM_TEST_KEYS.flatMap(({ keyIndex, cipher, loadKey, tacKey }) => [
    [slotOf(keyIndex, 'load'), { cipher, value: loadKey }] as const,
    [slotOf(keyIndex, 'tac'), { cipher, value: tacKey }] as const,
  ]),
);

describe('an adapter for commands over TCP', () => {
  let server: Server;
  let hsm: ReturnType<typeof tcpHsm>;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    server = await startHsmServer(slots);
    server.on('connection', (socket) => sockets.add(socket));
    const { port } = server.address() as AddressInfo;
    hsm = tcpHsm({ host: '127.0.0.1', port, keys });
  });
  afterAll(() => {
    hsm.close();
    server.close();
  });

  const cases = testHsm(async () => hsm);
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, { run }) => run());

  test('a connection that is lost fails its questions, and the next one is answered', async () => {
    const [first] = HSM_ANSWERS;
    if (first === undefined) throw new Error('the suite has answers');
    expect(await hsm.computeMac2(first.mac2)).toBe(first.mac2Answer);
    for (const socket of sockets) socket.pause();
    const asked = hsm.computeMac2(first.mac2);
    for (const socket of sockets) socket.destroy();
    await expect(asked).rejects.toThrow('connection lost');
    expect(await hsm.computeMac2(first.mac2)).toBe(first.mac2Answer);
  });

  test('whoever stops waiting is let go', async () => {
    const [first] = HSM_ANSWERS;
    if (first === undefined) throw new Error('the suite has answers');
    await hsm.describeKeys();
    for (const socket of sockets) socket.pause();
    const given = new AbortController();
    const asked = hsm.computeMac2(first.mac2, { timeoutMs: 5_000, signal: given.signal });
    given.abort();
    await expect(asked).rejects.toThrow('given up');
    for (const socket of sockets) socket.resume();
  });
});
