/** Servers and terminals of a remote card, over real sockets on this machine. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { envFrom } from '../../../src/env.js';
import { memoryGuard } from '../../../src/server/index.js';
import {
  answerWebSocket,
  httpLink,
  memoryRemoteStore,
  type RemoteLink,
  type RemoteServer,
  remoteServer,
  type RemoteServerOptions,
  type RemoteStore,
  webSocketLink,
  type WebSocketLike,
} from '../../../src/remote/index.js';

export const env = envFrom(globalThis);
export const KEY = { keyId: 'T1', secret: '11'.repeat(32) };

/** One server process, as far as a socket can tell. */
export interface TestServer {
  readonly port: number;
  /** Questions that it answered. */
  readonly asked: () => number;
  close(): Promise<void>;
}

/** What every process of one deployment shares. */
export function deployment(changes: Partial<RemoteServerOptions> = {}) {
  const store: RemoteStore = changes.store ?? memoryRemoteStore();
  const guard = memoryGuard();
  const answer = (more: Partial<RemoteServerOptions> = {}): RemoteServer =>
    remoteServer({ store, guard, env, keys: [KEY], ...changes, ...more });
  return { store, answer };
}

/** Listens on a free port, for HTTP and for WebSocket. */
export function listen(answer: RemoteServer): Promise<TestServer> {
  let asked = 0;
  const counted: RemoteServer = (text) => {
    asked += 1;
    return answer(text);
  };
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => void counted(body).then((text) => response.end(text)));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    answerWebSocket(socket as WebSocketLike, counted);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        asked: () => asked,
        close: () =>
          new Promise((done) => {
            for (const socket of sockets.clients) socket.terminate();
            sockets.close();
            server.closeAllConnections();
            server.close(() => {
              done();
            });
          }),
      });
    });
  });
}

/** A line of each kind to a server. */
export const LINES = {
  http: ({ port }: TestServer): RemoteLink =>
    httpLink({ url: `http://127.0.0.1:${String(port)}/`, fetch, env }),
  webSocket: ({ port }: TestServer): RemoteLink =>
    webSocketLink(new WebSocket(`ws://127.0.0.1:${String(port)}/`) as WebSocketLike, env),
} as const;

/** Counts the round trips of a line, and lets a test lose some. */
export function counting(
  line: RemoteLink,
  fault: (exchange: number) => 'lose-question' | 'lose-answer' | 'twice' | undefined = () =>
    undefined,
): RemoteLink & { readonly count: () => number } {
  let count = 0;
  return {
    count: () => count,
    close: () => {
      line.close();
    },
    exchange: async (text, timeoutMs) => {
      const kind = fault((count += 1));
      if (kind === 'lose-question') throw new Error('lost on the way there');
      const answer = await line.exchange(text, timeoutMs);
      if (kind === 'lose-answer') throw new Error('lost on the way back');
      return kind === 'twice' ? line.exchange(text, timeoutMs) : answer;
    },
  };
}
