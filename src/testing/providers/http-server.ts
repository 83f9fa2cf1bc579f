/** A real HTTP server on this machine, which can also fail as lines and servers do. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came, byte for byte. */
export interface Asked {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A reply, or what comes in its place: the connection is closed, or nobody ever answers. */
export type Answer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  | 'closed'
  | 'silence';

/** A server that runs. */
export interface RunningServer {
  readonly url: string;
  /** Ends it, and the connections that wait for an answer. */
  close(): Promise<void>;
}

/** More than any message of a provider has. */
const MAX_BODY_BYTES = 1_000_000;

/** Starts a server on 127.0.0.1 whose answers tell its clock. Port 0 takes one that is free. */
export async function startServer(
  port: number,
  answer: (asked: Asked) => Promise<Answer>,
  now: () => number,
): Promise<RunningServer> {
  const server = createServer((request, response) => {
    // The provider's own clock: codes end by it.
    response.setHeader('Date', new Date(now()).toUTCString());
    serve(request, response, answer).catch((error: unknown) => {
      // A mistake in here must not look like a fault that was planned.
      response.writeHead(599).end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: given } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(given)}`, close: () => closeServer(server) };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (asked: Asked) => Promise<Answer>,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return;
  const target = request.url ?? '/';
  const url = new URL(target, 'http://127.0.0.1');
  const { method = 'GET' } = request;
  const said = await answer({ method, target, url, headers: headersOf(request), body });
  if (said === 'closed') request.socket.destroy();
  else if (said !== 'silence') response.writeHead(said.status, said.headers).end(said.body);
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY_BYTES) {
      request.socket.destroy();
      return undefined;
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  const rows = Object.entries(request.headers);
  return Object.fromEntries(rows.map(([name, value]) => [name, String(value)]));
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeAllConnections();
  });
}
