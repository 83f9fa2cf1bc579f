/** The door on the network, and how it closes. */
import { QuancunError } from '../../errors.js';
import { PORT_UNAVAILABLE } from '../errors.js';
import { needed } from '../options/needed.js';

/** A server that listens. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
  /** Cuts those that are inside. */
  cut(): void;
}

const SWEEP_MS = 50;

/** Listens. */
export async function listen(
  fetch: (request: Request) => Promise<Response>,
  { port, host }: { readonly port: string; readonly host: string },
): Promise<Listening> {
  const { serve } = await needed('@hono/node-server', () => import('@hono/node-server'));
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port: Number(port), hostname: host }, (info) => {
      resolve({
        port: info.port,
        close: () =>
          new Promise((done) => {
            // A connection that has been answered stays open for more, and would be waited for.
            const sweep = setInterval(() => {
              if ('closeIdleConnections' in server) server.closeIdleConnections();
            }, SWEEP_MS);
            server.close(() => {
              clearInterval(sweep);
              done();
            });
          }),
        cut: () => {
          if ('closeAllConnections' in server) server.closeAllConnections();
        },
      });
    });
    server.once('error', (cause) => {
      reject(new QuancunError(PORT_UNAVAILABLE, { details: { host, port }, cause }));
    });
  });
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
export function endAfterDeadline(server: Listening, log: (line: object) => void): void {
  setTimeout(server.cut, FINISH_MS).unref();
  // Only what hangs keeps the process until then.
  setTimeout(() => {
    log({ at: new Date().toISOString(), event: 'ended by force' });
    process.exit(1);
  }, END_MS).unref();
}
