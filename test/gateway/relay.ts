/**
 * A line between two parties, of real HTTP: what passes is told, before it is handed on and after
 * it was answered. Whoever listens may kill one of them at that moment; then the line is broken.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

/** Something that passes. `after`: it was done, and the answer has not been handed on. */
export type Passing = (moment: 'before' | 'after', what: string, at: number) => void;

/** A line. */
export interface Relay {
  readonly url: string;
  close(): void;
}

/** Opens one. `targets`: where it leads now, by place; the first one that is alive is taken. */
export async function openRelay(
  targets: () => readonly { readonly url: string; readonly at: number }[],
  nameOf: (method: string, path: string) => string,
  onPass: Passing,
): Promise<Relay> {
  const server = createServer((asked, answer) => {
    answer.on('error', () => undefined);
    const { method = 'GET', url: path = '/' } = asked;
    const what = nameOf(method, path);
    const [target] = targets();
    if (target === undefined) {
      answer.destroy();
      return;
    }
    onPass('before', what, target.at);
    pass(asked, answer, new URL(path, target.url), () => {
      onPass('after', what, target.at);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function pass(asked: IncomingMessage, answer: ServerResponse, url: URL, answered: () => void) {
  const { method = 'GET', headers } = asked;
  const { connection: _hop, ...own } = headers;
  const onward = request(url, { method, headers: own, agent: false }, (said) => {
    const parts: Buffer[] = [];
    said.on('data', (part: Buffer) => parts.push(part));
    said.on('error', () => answer.destroy());
    said.on('end', () => {
      answered();
      answer.writeHead(said.statusCode ?? 502, said.headers).end(Buffer.concat(parts));
    });
  });
  onward.on('error', () => answer.destroy());
  asked.on('error', () => onward.destroy());
  answer.on('close', () => onward.destroy());
  asked.pipe(onward);
}
