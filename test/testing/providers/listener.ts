/** A merchant's address for notifications: it keeps what comes, and answers as it is told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Listener {
  readonly url: string;
  readonly received: Received[];
  /** What the next requests get; the last one is for all that follow. */
  replies: { readonly status: number; readonly body: string }[];
  close(): Promise<void>;
}

export async function listen(body: string): Promise<Listener> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      received.push({ headers, body: Buffer.concat(parts).toString('utf8') });
      const [first] = listener.replies;
      if (listener.replies.length > 1) listener.replies.shift();
      response.writeHead(first?.status ?? 500).end(first?.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const listener: Listener = {
    url: `http://127.0.0.1:${String(port)}/notify`,
    received,
    replies: [{ status: 200, body }],
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
  return listener;
}

/** A clock that moves when it is told to. */
export function manualClock(nowMs = Date.parse('2026-01-31T12:00:00+08:00')) {
  const clock = { nowMs, now: () => clock.nowMs, pass: (ms: number) => (clock.nowMs += ms) };
  return clock;
}
