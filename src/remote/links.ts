/**
 * The lines between a terminal and its server: HTTP, where every report is a request, and
 * WebSocket, where it is a message on a line that stays open. Host objects are handed in.
 */
import type { Env } from '../env.js';
import { QuancunError } from '../errors.js';
import { MAX_TEXT_CHARS } from './envelope.js';
import type { RemoteServer } from './answer.js';
import { promiseTry } from '../turns.js';
import { SERVER_UNREACHABLE } from '../signing/errors.js';

/** A line: one question, one answer. */
export interface RemoteLink {
  /** @throws SERVER_UNREACHABLE; the question may have arrived all the same */
  exchange(text: string, timeoutMs: number): Promise<string>;
  close(): void;
}

/** The part of `fetch` that is used. */
export type RemoteFetch = (
  url: string,
  init: {
    readonly method: 'POST';
    readonly headers: Record<string, string>;
    readonly body: string;
  },
) => Promise<{ readonly status: number; text(): Promise<string> }>;

/** The part of a WebSocket that is used: browsers', Node's and `ws`. */
export interface WebSocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  addEventListener(
    type: 'open' | 'message' | 'close' | 'error',
    listener: (event: { readonly data?: unknown }) => void,
  ): void;
}

const CONNECTING = 0;
const OPEN = 1;

/**
 * A line over HTTP: one POST for each report, held by the server while there is nothing to do.
 * HTTP 通道（长轮询）。
 * @example
 * import { envFrom } from 'quancun';
 * const env = envFrom(globalThis);
 * const link = httpLink({ url: 'https://etc.example/remote', fetch, env });
 */
export function httpLink({
  url,
  fetch,
  env,
}: {
  readonly url: string;
  readonly fetch: RemoteFetch;
  readonly env: Pick<Env, 'sleep'>;
}): RemoteLink {
  const headers = { 'content-type': 'application/json' };
  const waiting = new Set<() => void>();
  const post = async (body: string): Promise<string> => {
    const response = await fetch(url, { method: 'POST', headers, body });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`status ${String(response.status)}`);
    return text;
  };
  return {
    exchange: async (body, timeoutMs) => {
      let lose: () => void = () => undefined;
      const closed = new Promise<never>((_resolve, reject) => {
        lose = () => {
          reject(new Error('the line was closed'));
        };
      });
      waiting.add(lose);
      try {
        return await within(Promise.race([post(body), closed]), timeoutMs, env);
      } finally {
        waiting.delete(lose);
      }
    },
    close: () => {
      for (const lose of waiting) lose();
    },
  };
}

/**
 * A line over a WebSocket. Every message begins with a number and a line feed; the answer repeats
 * the number. A socket that breaks is not opened again here: hand a new one to a new link.
 * WebSocket 通道。
 * @example
 * import { envFrom } from 'quancun';
 * declare const socket: WebSocketLike; // new WebSocket('wss://etc.example/remote')
 * const link = webSocketLink(socket, envFrom(globalThis));
 */
export function webSocketLink(socket: WebSocketLike, env: Pick<Env, 'sleep'>): RemoteLink {
  const waiting = new Map<string, { resolve(text: string): void; reject(e: Error): void }>();
  let count = 0;
  let queued: (() => void)[] = [];
  const lose = (): void => {
    queued = [];
    for (const { reject } of waiting.values()) reject(new Error('the socket closed'));
    waiting.clear();
  };
  socket.addEventListener('open', () => {
    for (const send of queued) send();
    queued = [];
  });
  socket.addEventListener('message', ({ data }) => {
    const [number, text] = split(data);
    waiting.get(number)?.resolve(text);
    waiting.delete(number);
  });
  socket.addEventListener('close', lose);
  socket.addEventListener('error', lose);
  return {
    exchange: (text, timeoutMs) => {
      const number = String((count += 1));
      const answer = new Promise<string>((resolve, reject) => {
        waiting.set(number, { resolve, reject });
        const send = (): void => {
          try {
            socket.send(`${number}\n${text}`);
          } catch (cause) {
            reject(new Error('the socket did not take it', { cause }));
          }
        };
        if (socket.readyState === CONNECTING) queued.push(send);
        else if (socket.readyState === OPEN) send();
        else reject(new Error('the socket is closed'));
      });
      return within(answer, timeoutMs, env).finally(() => waiting.delete(number));
    },
    close: () => {
      // What waits does not wait for the host to tell that its socket is closed.
      lose();
      socket.close();
    },
  };
}

/**
 * The server's end of {@link webSocketLink}: answers what comes in on a socket.
 * WebSocket 服务端：应答一个连接上的消息。
 * @example
 * declare const socket: WebSocketLike, answer: RemoteServer;
 * answerWebSocket(socket, answer);
 */
export function answerWebSocket(socket: WebSocketLike, answer: RemoteServer): void {
  socket.addEventListener('message', ({ data }) => {
    const [number, text] = split(data);
    if (number === '') return;
    const sent = promiseTry(() => answer(text)).then((reply) => {
      if (socket.readyState === OPEN) socket.send(`${number}\n${reply}`);
    });
    // A socket that broke meanwhile takes no answer: the terminal asks again on another one.
    sent.catch(() => undefined);
  });
}

/** Number and text; what is not of that form has an empty number. */
function split(data: unknown): readonly [string, string] {
  if (typeof data !== 'string' || data.length > 2 * MAX_TEXT_CHARS) return ['', ''];
  const at = data.indexOf('\n');
  const number = data.slice(0, Math.max(0, at));
  return /^\d{1,15}$/.test(number) ? [number, data.slice(at + 1)] : ['', ''];
}

/** An answer, or SERVER_UNREACHABLE: a line of the host's own may never answer. */
export async function within(
  answer: Promise<string>,
  timeoutMs: number,
  env: Pick<Env, 'sleep'>,
): Promise<string> {
  const timeout = env.sleep(timeoutMs, answer).then(() => {
    throw new Error('no answer in time');
  });
  try {
    return await Promise.race([answer, timeout]);
  } catch (cause) {
    throw new QuancunError(SERVER_UNREACHABLE, { cause });
  }
}
