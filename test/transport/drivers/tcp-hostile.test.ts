/** What goes wrong on a line: bad ports, bad frames, two questions at once. Real sockets. */
import { createServer, Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes.js';
import { isQuancunError } from '../../../src/errors.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { serveCardOverTcp, tcpTransport } from '../../../src/transport/drivers/tcp.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) await close();
});

const host = '127.0.0.1';
const SELECT = fromHex('00A40000021001');
const BALANCE = fromHex('805C000204');
const card = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));

async function serve(): Promise<number> {
  const server = await serveCardOverTcp(card(), { port: 0 });
  closing.push(() => server.close());
  return server.port;
}

async function connect(port: number, answerTimeoutMs = 10_000) {
  const transport = await tcpTransport({ host, port, answerTimeoutMs });
  closing.push(() => transport.close());
  return transport;
}

/** A server that says its piece to whoever connects, and hangs up. */
async function sayAndLeave(bytes: Uint8Array): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume();
    socket.end(bytes);
  });
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('tcpTransport', () => {
  test.each([-1, 65_536, 99_999, 1.5, Number.NaN])('port %d is none', async (port) => {
    const expected = { name: 'QuancunError', code: 'TRANSPORT_CONNECT', sent: 'no' };
    await expect(tcpTransport({ host, port })).rejects.toMatchObject(expected);
    await expect(serveCardOverTcp(card(), { port })).rejects.toMatchObject(expected);
  });

  test('a port that is taken', async () => {
    const port = await serve();
    await expect(serveCardOverTcp(card(), { port })).rejects.toMatchObject({
      code: 'TRANSPORT_CONNECT',
      details: { address: `${host}:${String(port)}` },
    });
  });

  test('asked several things at once, each gets its own answer', async () => {
    const transport = await connect(await serve());
    const answers = await Promise.all(
      [SELECT, BALANCE, SELECT].map((one) => transport.transmit(one)),
    );
    expect(toHex(answers[1] ?? SELECT)).toBe('000013889000');
    expect(toHex(answers[2] ?? SELECT)).toBe(toHex(answers[0] ?? BALANCE));
  });

  test('several in flight when the line breaks: every one is told', async () => {
    const port = await sayAndLeave(fromHex('00023B00'));
    const transport = await connect(port);
    const ends = await Promise.allSettled([SELECT, BALANCE].map((one) => transport.transmit(one)));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('a command too long for a frame is refused, and harms nobody later', async () => {
    const transport = await connect(await serve());
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await expect(transport.transmit(new Uint8Array(0x10000))).rejects.toMatchObject({
      code: 'TRANSPORT_FRAME',
      sent: 'no',
    });
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    await transport.transmit(SELECT);
    expect(toHex(await transport.transmit(BALANCE))).toBe('000013889000');
  });

  test('law: whatever the other side says, an answer or a QuancunError comes of it', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 9 }).map((rest) => Uint8Array.from([0, 2, 0x3b, 0, ...rest])),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (some) => {
        const port = await sayAndLeave(some);
        try {
          const transport = await connect(port);
          await transport.transmit(SELECT);
          await transport.transmit(BALANCE);
          await transport.reset?.();
        } catch (error) {
          expect(isQuancunError(error)).toBe(true);
          expect(isQuancunError(error) && error.sent).toMatch(/^(no|maybe)$/);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('serveCardOverTcp', () => {
  test('law: a reader may send any bytes; the next one finds the card alive', async () => {
    const port = await serve();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (some) => {
        const rude = new Socket();
        rude.on('error', () => undefined).resume();
        await new Promise((resolve) => {
          rude.once('close', resolve).connect(port, host, () => rude.end(some));
        });
        const transport = await tcpTransport({ host, port });
        await transport.transmit(SELECT);
        expect(toHex(await transport.transmit(BALANCE))).toBe('000013889000');
        await transport.close();
      }),
      { numRuns: 50 },
    );
  });

  test('closed twice is closed', async () => {
    const server = await serveCardOverTcp(card(), { port: 0 });
    await server.close();
    await server.close();
    await expect(tcpTransport({ host, port: server.port })).rejects.toThrow();
  });
});
