/** Real sockets on free ports. */
import { createServer, type Server, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/bytes.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import {
  type CardServer,
  connectCardToReader,
  serveCardOverTcp,
  tcpTransport,
} from '../../../src/transport/drivers/tcp.js';
import { createFrameReader, encodeFrame } from '../../../src/transport/drivers/tcp-frames.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const card = () => createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));

async function serve(virtual = card()): Promise<CardServer> {
  const server = await serveCardOverTcp(virtual, { port: 0 });
  closing.push(() => server.close());
  return server;
}

/** A peer that does with each frame what the test says. */
function peer(onData: (socket: Socket, chunk: Buffer) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      onData(socket, chunk);
    });
  });
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

describe('tcpTransport and serveCardOverTcp', () => {
  test('ATR, exchanges, and a reset that ends the session', async () => {
    const virtual = card();
    const { port } = await serve(virtual);
    const transport = await tcpTransport({ host: '127.0.0.1', port });
    closing.push(() => transport.close());
    expect(toHex(transport.info.atr ?? new Uint8Array(0))).toBe(virtual.state.atr);
    await transport.transmit(fromHex('00A40000021001'));
    expect(toHex(await transport.transmit(fromHex('805C000204')))).toBe('000013889000');
    expect(await transport.reset?.()).toEqual(transport.info.atr);
    expect(toHex(await transport.transmit(fromHex('805C000204')))).toBe('6A82');
  });

  test('one reader after the other finds the same card', async () => {
    const virtual = card();
    const { port } = await serve(virtual);
    for (const triesLeft of [2, 1]) {
      const transport = await tcpTransport({ host: '127.0.0.1', port });
      await transport.transmit(fromHex('00A40000021001'));
      await transport.transmit(fromHex('0020000006393939393939'));
      await transport.close();
      expect(virtual.state.pin?.triesLeft).toBe(triesLeft);
    }
  });

  test('nobody listens: TRANSPORT_CONNECT', async () => {
    const server = await serve();
    await server.close();
    await expect(tcpTransport({ host: '127.0.0.1', port: server.port })).rejects.toMatchObject({
      code: 'TRANSPORT_CONNECT',
      sent: 'no',
      money: 'untouched',
    });
  });

  test('the peer goes away in the middle: maybe sent, and lost from then on', async () => {
    const port = await peer((socket, chunk) => {
      if (chunk.includes(0x04) && chunk.length <= 6) socket.write(encodeFrame(fromHex('3B00')));
      else socket.destroy();
    });
    const transport = await tcpTransport({ host: '127.0.0.1', port });
    await expect(transport.transmit(fromHex('805200000B'))).rejects.toMatchObject({
      code: 'TRANSPORT_LOST',
      sent: 'maybe',
    });
    await expect(transport.transmit(fromHex('805C000204'))).rejects.toMatchObject({ sent: 'no' });
  });

  test('silence: TRANSPORT_TIMEOUT, maybe sent', async () => {
    const port = await peer((socket, chunk) => {
      if (chunk.includes(0x04) && chunk.length <= 6) socket.write(encodeFrame(fromHex('3B00')));
    });
    const transport = await tcpTransport({ host: '127.0.0.1', port, answerTimeoutMs: 50 });
    await expect(transport.transmit(fromHex('805C000204'))).rejects.toMatchObject({
      code: 'TRANSPORT_TIMEOUT',
      sent: 'maybe',
    });
    await transport.close();
  });

  test('an answer that nobody asked for breaks the line instead of being taken for the next', async () => {
    const port = await peer((socket, chunk) => {
      if (chunk.includes(0x04) && chunk.length <= 6) socket.write(encodeFrame(fromHex('3B00')));
      else socket.write(concat(encodeFrame(fromHex('9000')), encodeFrame(fromHex('6A82'))));
    });
    const transport = await tcpTransport({ host: '127.0.0.1', port });
    await transport.transmit(fromHex('00A4000000'));
    await expect(transport.transmit(fromHex('00A4000000'))).rejects.toMatchObject({ sent: 'no' });
  });

  test('fewer than four bytes are no command, and would be taken for control', async () => {
    const { port } = await serve();
    const transport = await tcpTransport({ host: '127.0.0.1', port });
    closing.push(() => transport.close());
    for (const hex of ['', '02', '00A4', '00A400']) {
      await expect(transport.transmit(fromHex(hex))).rejects.toMatchObject({
        code: 'COMMAND_MALFORMED',
        sent: 'no',
      });
    }
  });

  test('a reader that breaks the framing is hung up on, and the card lives on', async () => {
    const { port } = await serve();
    const rude = new Socket();
    const hungUp = new Promise((resolve) => rude.once('close', resolve));
    rude.on('error', () => undefined);
    rude.connect(port, '127.0.0.1', () => rude.write(Buffer.from('0000FFFF', 'hex')));
    await hungUp;
    const transport = await tcpTransport({ host: '127.0.0.1', port });
    closing.push(() => transport.close());
    await expect(transport.transmit(fromHex('00A40000023F00'))).resolves.toBeDefined();
  });

  test('closed: refused, unsent', async () => {
    const { port } = await serve();
    const transport = await tcpTransport({ host: '127.0.0.1', port });
    await transport.close();
    await expect(transport.transmit(fromHex('805C000204'))).rejects.toMatchObject({ sent: 'no' });
  });
});

test('connectCardToReader: the card calls the reader, as virtual PC/SC readers want it', async () => {
  const answers: string[] = [];
  const reader = createFrameReader();
  let done: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (done = resolve));
  let hangUp: () => void = () => undefined;
  const server = createServer((socket) => {
    hangUp = () => socket.destroy();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      answers.push(...reader.push(chunk).map(toHex));
      if (answers.length === 1) socket.write(encodeFrame(fromHex('00A40000021001')));
      if (answers.length === 2) done();
    });
    socket.write(encodeFrame(Uint8Array.of(1)));
    socket.write(encodeFrame(Uint8Array.of(4)));
  });
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const virtual = card();
  const line = await connectCardToReader(virtual, { host: '127.0.0.1', port });
  closing.unshift(() => line.close());
  await finished;
  expect(answers[0]).toBe(virtual.state.atr);
  expect(answers[1]).toMatch(/9000$/);
  hangUp();
  await line.closed;
});
