/** A line that is closed or breaks ends what waits on it, and no process. */
import { describe, expect, test } from 'vitest';
import {
  answerWebSocket,
  httpLink,
  webSocketLink,
  type WebSocketLike,
} from '../../src/remote/index.js';
import { clockEnv } from '../support/clock-env.js';

const NEVER = new Promise<never>(() => undefined);
const MINUTE_MS = 60_000;

const fails = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => error,
  );

describe('a line that is closed ends what waits on it', () => {
  test('HTTP', async () => {
    const link = httpLink({ url: 'http://localhost/', fetch: () => NEVER, env: clockEnv() });
    const waiting = fails(link.exchange('text', MINUTE_MS));
    link.close();
    expect(await waiting).toMatchObject({ code: 'SERVER_UNREACHABLE' });
  });

  test.each([
    ['open, of a host that tells nothing of its end', 1],
    ['still connecting', 0],
  ])('WebSocket, %s', async (_how, readyState) => {
    const link = webSocketLink(socketOf({ readyState }), clockEnv());
    const waiting = fails(link.exchange('text', MINUTE_MS));
    link.close();
    expect(await waiting).toMatchObject({ code: 'SERVER_UNREACHABLE' });
  });

  test('a socket that throws when it sends', async () => {
    const throwing = { readyState: 1, send: () => fail() };
    const link = webSocketLink(socketOf(throwing), clockEnv());
    expect(await fails(link.exchange('text', MINUTE_MS))).toMatchObject({
      code: 'SERVER_UNREACHABLE',
    });
  });

  test('a server’s socket that breaks while it answers ends no process', async () => {
    const rejections: unknown[] = [];
    const note = (error: unknown): void => void rejections.push(error);
    process.on('unhandledRejection', note);
    const hear: ((event: { data: unknown }) => void)[] = [];
    const socket = socketOf({ readyState: 1, send: () => fail(), hear });
    answerWebSocket(socket, () => Promise.resolve('answer'));
    answerWebSocket(socket, () => Promise.reject(new Error('no answer')));
    for (const listener of hear) listener({ data: '1\ntext' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });
});

function fail(): never {
  throw new Error('the socket broke');
}

function socketOf({
  readyState,
  send = () => undefined,
  hear = [],
}: {
  readonly readyState: number;
  readonly send?: () => void;
  readonly hear?: ((event: { data: unknown }) => void)[];
}): WebSocketLike {
  return {
    readyState,
    send,
    close: () => undefined,
    addEventListener: (type, listener) => {
      if (type === 'message') hear.push(listener);
    },
  };
}
