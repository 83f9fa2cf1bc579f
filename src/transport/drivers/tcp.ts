/**
 * Cards over TCP, in the framing of virtual smart card readers: the reader's side
 * ({@link tcpTransport}) and the card's ({@link serveCardOverTcp}, {@link connectCardToReader}).
 */
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { QuancunError, restated } from '../../errors.js';
import { takeAnswer } from '../answer.js';
import type { Transport } from '../transport.js';
import type { CardLike } from './simulator.js';
import { CONTROL, createFrameReader, encodeFrame } from './tcp-frames.js';
import { COMMAND_MALFORMED } from '../../apdu/errors.js';
import {
  TRANSPORT_CLOSED,
  TRANSPORT_CONNECT,
  TRANSPORT_FRAME,
  TRANSPORT_LOST,
  TRANSPORT_TIMEOUT,
} from '../errors.js';

/** Where a card listens. */
export interface TcpTransportOptions {
  readonly host: string;
  readonly port: number;
  /** Default: 5,000. */
  readonly connectTimeoutMs?: number;
  /** How long a card may take for one answer. Default: 10,000. */
  readonly answerTimeoutMs?: number;
}

/** A card that others can connect to. */
export interface CardServer {
  readonly port: number;
  /** Resolves when it is over, whoever ended it. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to a card that listens on a TCP port, powers it up and asks its ATR.
 * 通过 TCP 连接卡片。
 * @throws TRANSPORT_CONNECT; on use TRANSPORT_LOST, TRANSPORT_TIMEOUT, TRANSPORT_CLOSED
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * const card = createVirtualCard(personalise({ kind: '3des-4x' }));
 * const server = await serveCardOverTcp(card, { port: 0 });
 * const transport = await tcpTransport({ host: '127.0.0.1', port: server.port });
 * await transport.close();
 * await server.close();
 */
export async function tcpTransport(options: TcpTransportOptions): Promise<Transport> {
  const { answerTimeoutMs = 10_000 } = options;
  const socket = await connect(options);
  const line = createLine(socket, answerTimeoutMs);
  line.send(Uint8Array.of(CONTROL.powerOn));
  const askAtr = (): Promise<Uint8Array> => line.ask(Uint8Array.of(CONTROL.atr));
  const atr = await askAtr();
  return {
    info: { kind: 'tcp', atr, maxBatch: 1, answerTimeoutMs },
    transmit: (command) => {
      // One byte would be taken for control: no command is that short.
      if (command.length < 4) {
        const details = { size: command.length };
        return Promise.reject(new QuancunError(COMMAND_MALFORMED, { details, sent: 'no' }));
      }
      return line.ask(command).then(takeAnswer);
    },
    reset: () => {
      line.send(Uint8Array.of(CONTROL.reset));
      return askAtr();
    },
    close: () => line.close(),
  };
}

/** Node throws errors of its own at what is no port. */
function expectPort(port: number, details: Readonly<Record<string, unknown>>): void {
  if (!Number.isInteger(port) || port < 0 || port > 0xffff) {
    throw new QuancunError(TRANSPORT_CONNECT, { details, sent: 'no' });
  }
}

function connect({ host, port, connectTimeoutMs = 5_000 }: TcpTransportOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const details = { address: `${host}:${String(port)}` };
    expectPort(port, details);
    const socket = createConnection({ host, port });
    const fail = (cause?: unknown): void => {
      socket.destroy();
      reject(new QuancunError(TRANSPORT_CONNECT, { details, sent: 'no', cause }));
    };
    socket.setNoDelay(true);
    socket.setTimeout(connectTimeoutMs, fail);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeListener('error', fail);
      resolve(socket);
    });
  });
}

interface Line {
  send(payload: Uint8Array): void;
  ask(payload: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Answers come in the order of the questions; a line that broke or timed out stays broken. */
function createLine(socket: Socket, answerTimeoutMs: number): Line {
  const frames = createFrameReader();
  const waiting: { resolve(answer: Uint8Array): void; reject(error: QuancunError): void }[] = [];
  let end: QuancunError | undefined;
  const fail = (error: QuancunError): void => {
    end ??= restated(error, { sent: 'no' });
    for (const one of waiting.splice(0)) one.reject(error);
    socket.destroy();
  };
  socket.on('data', (chunk: Uint8Array) => {
    for (const frame of frames.push(chunk)) {
      const asker = waiting.shift();
      if (asker === undefined) {
        fail(new QuancunError(TRANSPORT_FRAME, { details: { problem: 'unasked' }, sent: 'maybe' }));
        return;
      }
      asker.resolve(frame);
    }
  });
  const lost = (cause?: unknown): void => {
    fail(new QuancunError(TRANSPORT_LOST, { sent: 'maybe', cause }));
  };
  socket.on('error', lost);
  socket.on('close', () => {
    lost();
  });
  return {
    send: (payload) => {
      if (end === undefined) socket.write(encodeFrame(payload));
    },
    ask: (payload) =>
      new Promise((resolve, reject) => {
        if (end !== undefined) {
          reject(end);
          return;
        }
        const frame = encodeFrame(payload);
        const timer = setTimeout(() => {
          const details = { timeoutMs: answerTimeoutMs };
          fail(new QuancunError(TRANSPORT_TIMEOUT, { details, sent: 'maybe' }));
        }, answerTimeoutMs);
        waiting.push({
          resolve: (answer) => {
            clearTimeout(timer);
            resolve(answer);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        });
        socket.write(frame);
      }),
    close: () => {
      end ??= new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
      if (!socket.destroyed) {
        socket.end(encodeFrame(Uint8Array.of(CONTROL.powerOff)), () => socket.destroy());
      }
      return Promise.resolve();
    },
  };
}

/**
 * Lets a card listen on a TCP port; one reader after the other may connect.
 * 模拟卡监听 TCP 端口。
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * const card = createVirtualCard(personalise({ kind: '3des-4x' }));
 * const server = await serveCardOverTcp(card, { port: 0 });
 * await server.close();
 */
export function serveCardOverTcp(
  card: CardLike,
  { port, host = '127.0.0.1' }: { readonly port: number; readonly host?: string },
): Promise<CardServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    answerReader(card, socket);
  });
  return new Promise((resolve, reject) => {
    const details = { address: `${host}:${String(port)}` };
    expectPort(port, details);
    server.once('error', (cause) => {
      reject(new QuancunError(TRANSPORT_CONNECT, { details, sent: 'no', cause }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      const closed = new Promise<void>((done) => {
        server.once('close', done);
      });
      resolve({
        closed,
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () =>
          new Promise((done) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => {
              done();
            });
          }),
      });
    });
  });
}

/**
 * Connects a card out to a reader that listens, as virtual PC/SC readers do.
 * 模拟卡主动连接虚拟读卡器。
 * @throws TRANSPORT_CONNECT
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * declare const [host, port]: [string, number]; // of the virtual reader's driver
 * const card = createVirtualCard(personalise({ kind: '3des-4x' }));
 * const inReader = await connectCardToReader(card, { host, port });
 */
export async function connectCardToReader(
  card: CardLike,
  options: TcpTransportOptions,
): Promise<CardServer> {
  const socket = await connect(options);
  answerReader(card, socket);
  const closed = new Promise<void>((done) => {
    socket.once('close', () => {
      done();
    });
  });
  return {
    port: options.port,
    closed,
    close: () => {
      socket.destroy();
      return Promise.resolve();
    },
  };
}

/** The card's side of the conversation. A reader that breaks the framing is hung up on. */
function answerReader(card: CardLike, socket: Socket): void {
  const frames = createFrameReader();
  let atr = card.reset();
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Uint8Array) => {
    for (const payload of frames.push(chunk)) {
      const [control] = payload;
      if (payload.length === 0) {
        socket.destroy();
        return;
      }
      if (payload.length > 1) {
        const answer = card.exchange(payload);
        // A card that says nothing at all has left the reader.
        if (answer.length === 0) {
          socket.destroy();
          return;
        }
        socket.write(encodeFrame(answer));
      } else if (control === CONTROL.powerOn || control === CONTROL.reset) atr = card.reset();
      else if (control === CONTROL.atr) socket.write(encodeFrame(atr));
    }
  });
}
