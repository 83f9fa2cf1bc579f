/** The door on the network, and how it closes. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { QuancunError } from '../../errors.js';
import { refuse } from '../../server/http/index.js';
import { PORT_UNAVAILABLE } from '../errors.js';
import { needed } from '../options/needed.js';

/** A server that listens. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
  /** Cuts those that are inside. */
  cut(): void;
}

/** Where it listens, and who hears of requests that reach no handler. */
export interface ListenOptions {
  readonly port: number;
  readonly host: string;
  readonly onRefused?: (code: string) => void;
  /** Default: 4,096. */
  readonly maxConnections?: number;
}

const SWEEP_MS = 50;
/** A terminal's request is small: who takes longer is broken, or holds a place on purpose. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
/** Longer than a proxy in front keeps a connection that it may use again. */
const KEEP_ALIVE_MS = 65_000;
/** Above it new connections are closed at once: descriptors are left for database and journal. */
const MAX_CONNECTIONS = 4_096;

/** From this part of them on, those that are kept for later make room for those that ask now. */
const CROWDED = 3 / 4;

/** Listens. @throws PORT_UNAVAILABLE */
export async function listen(
  fetch: (request: Request) => Promise<Response>,
  { port, host, onRefused = () => undefined, maxConnections = MAX_CONNECTIONS }: ListenOptions,
): Promise<Listening> {
  const load = () => import('@hono/node-server');
  const { getRequestListener } = await needed('@hono/node-server', load);
  const limits = {
    ...{ headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS },
    ...{ keepAliveTimeout: KEEP_ALIVE_MS, connectionsCheckingInterval: 1_000 },
    // Without a host a request is refused by the listener, in words.
    requireHostHeader: false,
  };
  const errorHandler = (): Response => {
    onRefused('REQUEST_MALFORMED');
    return refuse('malformed', 'host or address');
  };
  const answer = getRequestListener(fetch, { errorHandler });
  const server = createServer(limits, (incoming, outgoing) => {
    // HTTP/1.0 has no such header: a load balancer's look is one of it, and names nobody.
    if (incoming.httpVersion === '1.0') incoming.headers.host ??= 'localhost';
    void answer(incoming, outgoing);
  });
  server.maxConnections = maxConnections;
  server.on('connection', makeRoom(server, maxConnections * CROWDED));
  server.on('drop', () => {
    onRefused('TOO_MANY_CONNECTIONS');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    void refuseAtSocket(error, socket, onRefused);
  });
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const details = { host, port, problem: cause.code ?? '-' };
      reject(new QuancunError(PORT_UNAVAILABLE, { details, cause }));
    });
    server.listen(port, host, () => {
      const open = listening(server);
      resolve(open);
    });
  });
}

/** Whoever keeps connections without asking keeps out nobody who asks. */
function makeRoom(server: Server, most: number): (socket: Socket) => void {
  let open = 0;
  let sweep: NodeJS.Timeout | undefined;
  return (socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
    if (open <= most || sweep !== undefined) return;
    server.closeIdleConnections();
    // All are gone through each time, so not for every newcomer.
    sweep = setTimeout(() => {
      sweep = undefined;
      if (open > most) server.closeIdleConnections();
    }, SWEEP_MS).unref();
  };
}

function listening(server: Server): Listening {
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((done) => {
        // A connection that has been answered stays open for more, and would be waited for.
        const sweep = setInterval(() => {
          server.closeIdleConnections();
        }, SWEEP_MS);
        server.close(() => {
          clearInterval(sweep);
          done();
        });
      }),
    cut: () => {
      server.closeAllConnections();
    },
  };
}

/** What Node's parser could not read, or did not wait for, is told as everything else is. */
async function refuseAtSocket(
  error: NodeJS.ErrnoException,
  socket: Socket,
  onRefused: (code: string) => void,
): Promise<void> {
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  onRefused(isLate ? 'REQUEST_TIMEOUT' : 'REQUEST_MALFORMED');
  // Nobody is there, or an answer has begun.
  const isAnswered = socket.bytesWritten > 0;
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswered) {
    socket.destroy();
    return;
  }
  const response = refuse(isLate ? 'late' : 'malformed', error.code ?? '-');
  const body = await response.text();
  const headers = [...response.headers, ['content-length', String(Buffer.byteLength(body))]];
  const lines = [...headers, ['connection', 'close']].map(([name, value]) => `${name}: ${value}`);
  const status = isLate ? '408 Request Timeout' : '400 Bad Request';
  socket.end([`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n'));
  socket.destroySoon();
}

/** Waits for what is inside, but not for a statement that hangs on a connection of before. */
export async function inTime(inside: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, FINISH_MS + SWEEP_MS)));
  await Promise.race([inside, over]);
  clearTimeout(timer);
}

/** Whoever waits for this process waits no longer: Docker kills after ten seconds. */
const FINISH_MS = 5_000;
const END_MS = 8_000;

/**
 * What is inside is cut after a while, and the process ends whatever hangs: as safe as a crash,
 * because everything that matters is durable before it is answered.
 */
export function endAfterDeadline(servers: readonly Listening[], log: (line: object) => void): void {
  setTimeout(() => {
    for (const server of servers) server.cut();
  }, FINISH_MS).unref();
  // Only what hangs keeps the process until then.
  setTimeout(() => {
    log({ at: new Date().toISOString(), event: 'ended by force' });
    process.exit(1);
  }, END_MS).unref();
}
