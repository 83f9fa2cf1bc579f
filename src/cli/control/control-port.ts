/**
 * The control port of `sim`: a simulated card as a tool of other people's tests. HTTP on this
 * machine alone; whatever comes from a page of a browser is refused, since any page may ask there.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isQuancunError, QuancunError } from '../../errors.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import type { CardState } from '../../simulator/index.js';
import { PORT_UNAVAILABLE } from '../errors.js';
import { asQuancunError } from '../output.js';
import { ACTS, describeCard } from './acts.js';
import type { TornCard } from './torn-card.js';

/** What the port drives. */
export interface Controlled {
  readonly card: TornCard;
  readonly state: () => CardState;
  /** Puts the card there as it is now, powered off and on. */
  readonly replace: (next: CardState) => void;
}

/** An open port. */
export interface ControlPort {
  readonly port: number;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const MOST_BYTES = 100_000;

/** Opens it. @throws PORT_UNAVAILABLE */
export async function openControlPort(controlled: Controlled, port: number): Promise<ControlPort> {
  const server = createServer((request, response) => {
    answer(controlled, request, response).catch((thrown: unknown) => {
      refuse(response, isQuancunError(thrown) ? 400 : 500, asQuancunError(thrown));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const details = { host: HOST, port, problem: cause.code ?? '-' };
      reject(new QuancunError(PORT_UNAVAILABLE, { details, cause }));
    });
    server.listen(port, HOST, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  controlled: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.headers.origin !== undefined) {
    response.writeHead(403).end();
    return;
  }
  const { method = '', url = '' } = request;
  if (method === 'GET' && url === '/exchanges') {
    stream(controlled.card, response);
    return;
  }
  const act = method === 'POST' ? ACTS[url.slice(1)] : undefined;
  if (act === undefined && !(method === 'GET' && url === '/card')) {
    response.writeHead(404).end();
    return;
  }
  await act?.(
    {
      state: controlled.state(),
      replace: controlled.replace,
      cut: controlled.card.cut,
    },
    await bodyOf(request),
  );
  const exchanges = controlled.card.exchanges();
  tell(response, 200, { exchanges, ...describeCard(controlled.state()) });
}

/** Server-sent events: one exchange each, redacted, for as long as somebody listens. */
function stream(card: TornCard, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': the exchanges from now on\n\n');
  const stop = card.listen((told) => response.write(`data: ${JSON.stringify(told)}\n\n`));
  response.once('close', stop);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) {
    text += String(part);
    if (text.length > MOST_BYTES) throw invalid('too large');
  }
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw invalid('no JSON');
  }
}

function invalid(problem: string): QuancunError {
  return new QuancunError(MESSAGE_INVALID, { details: { problem } });
}

function refuse(response: ServerResponse, status: number, error: QuancunError): void {
  tell(response, status, error.toJSON());
}

function tell(response: ServerResponse, status: number, json: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(json)}\n`);
}
