/** The door on the network: who keeps connections, and who asks in an old way. */
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { listen, type Listening } from '../../../src/cli/serve/listen.js';

const open: Socket[] = [];
let door: Listening | undefined;
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await door?.close();
});

/** Sends a request, and answers what is said up to the end of a small body. */
function ask(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    open.push(socket);
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.trimEnd().endsWith('}') || said.endsWith('live')) resolve(said);
    });
    socket.on('close', () => {
      resolve(said);
    });
    socket.on('error', () => undefined);
    socket.write([...lines, '', ''].join('\r\n'));
  });
}

const live = (request: Request): Promise<Response> =>
  Promise.resolve(new Response(new URL(request.url).pathname === '/livez' ? 'live' : 'other'));

test('connections that are kept for later make room for those that ask', async () => {
  door = await listen(live, { port: 0, host: '127.0.0.1', maxConnections: 8 });
  const { port } = door;
  for (let number = 0; number < 40; number += 1) {
    const said = await ask(port, ['GET /livez HTTP/1.1', 'Host: x']);
    expect([number, said.slice(0, 15)]).toEqual([number, 'HTTP/1.1 200 OK']);
    // As soon as a tenth of a second later there is room again, whoever came in between.
    if (number % 6 === 5) await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

test('HTTP/1.0 names no host, and is answered; HTTP/1.1 must name one', async () => {
  door = await listen(live, { port: 0, host: '127.0.0.1' });
  expect(await ask(door.port, ['GET /livez HTTP/1.0'])).toMatch(/^HTTP\/1\.1 200 OK[^]*live$/);
  const refused = await ask(door.port, ['GET /livez HTTP/1.1']);
  expect(refused).toMatch(/^HTTP\/1\.1 400 [^]*REQUEST_MALFORMED/);
});
