/**
 * Serves a folder of pages at the loopback address: reading alone, nothing from elsewhere. A page
 * may run the scripts that it was built with, and no other: each that stands in it is named to the
 * browser by its hash.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { QuancunError } from '../../errors.js';
import { PORT_UNAVAILABLE } from '../errors.js';

/** Pages that are served. */
export interface ServedPages {
  readonly port: number;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Names under which a browser of this machine may ask; any other is somebody's trick with DNS. */
const HOST_FORM = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** Listens. @throws PORT_UNAVAILABLE */
export async function servePages(folder: string, port: number): Promise<ServedPages> {
  const server = createServer((request, response) => void answer(folder, request, response));
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
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

const NOTHING = Buffer.alloc(0);
const PAGE = TYPES['.html'] ?? '';
const PLAIN = TYPES['.txt'] ?? '';

async function answer(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, type, body } = await replyTo(folder, request);
  const policy = type === PAGE ? { 'Content-Security-Policy': policyOf(body) } : {};
  response.writeHead(status, {
    ...{ 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' },
    ...{ 'Cross-Origin-Resource-Policy': 'same-origin' },
    ...{ 'Content-Type': type, 'Content-Length': body.length },
    ...policy,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function replyTo(
  folder: string,
  { method = '', url = '/', headers }: IncomingMessage,
): Promise<Reply> {
  const plain = (status: number): Reply => ({ status, type: PLAIN, body: NOTHING });
  if (method !== 'GET' && method !== 'HEAD') return plain(405);
  if (!HOST_FORM.test(headers.host ?? '')) return plain(403);
  const file = fileOf(folder, url);
  if (file === undefined) return plain(400);
  const type = TYPES[extname(file)];
  const body = type === undefined ? undefined : await read(file);
  if (type !== undefined && body !== undefined) return { status: 200, type, body };
  const missing = await read(join(folder, '404.html'));
  return missing === undefined ? plain(404) : { status: 404, type: PAGE, body: missing };
}

/** The file of an address; `undefined` where it leads out of the folder or is no address. */
function fileOf(folder: string, url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(url.replace(/[?#].*$/, ''));
  } catch {
    return undefined;
  }
  if (!path.startsWith('/') || path.includes('\0')) return undefined;
  const root = normalize(folder + sep);
  const named = path.endsWith('/') ? `${path}index.html` : path;
  const file = normalize(join(root, extname(named) === '' ? `${named}.html` : named));
  return file.startsWith(root) ? file : undefined;
}

async function read(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch {
    return undefined;
  }
}

/** Scripts that stand in the page, by their hashes; no others but those of this folder. */
function policyOf(page: Buffer): string {
  const scripts = page.toString('utf8').matchAll(/<script(?![^>]*\ssrc=)[^>]*>([^]*?)<\/script>/g);
  const hashes = [...scripts].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    ["script-src 'self'", ...new Set(hashes)].join(' '),
    // Colours of code stand in attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    ...["font-src 'self'", "connect-src 'self'"],
    ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  ].join('; ');
}
