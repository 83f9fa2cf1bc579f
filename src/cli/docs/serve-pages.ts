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

async function answer(
  folder: string,
  { method = '', url = '/', headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return end(response, 405, '');
  if (!HOST_FORM.test(headers.host ?? '')) return end(response, 403, '');
  const file = fileOf(folder, url);
  if (file === undefined) return end(response, 400, '');
  const type = TYPES[extname(file)];
  const bytes = type === undefined ? undefined : await read(file);
  if (type === undefined || bytes === undefined) {
    const missing = (await read(join(folder, '404.html'))) ?? Buffer.from('404');
    return endPage(response, 404, missing, method === 'HEAD');
  }
  if (type.startsWith('text/html')) return endPage(response, 200, bytes, method === 'HEAD');
  response.writeHead(200, { ...SAFE, 'Content-Type': type, 'Content-Length': bytes.length });
  response.end(method === 'HEAD' ? undefined : bytes);
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

const SAFE = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

function endPage(response: ServerResponse, status: number, page: Buffer, headOnly: boolean): void {
  const scripts = [
    ...page.toString('utf8').matchAll(/<script(?![^>]*\ssrc=)[^>]*>([^]*?)<\/script>/g),
  ];
  const hashes = scripts.map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
  response.writeHead(status, {
    ...SAFE,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': page.length,
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src 'self' ${[...new Set(hashes)].join(' ')}`.trim(),
      // Colours of code stand in attributes.
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  });
  response.end(headOnly ? undefined : page);
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...SAFE, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}
