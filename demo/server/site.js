/** The page's files, and the headers that keep it from asking anybody but its own server. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** No script but ours, no address but ours, in nobody's frame. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const SAFE_HEADERS = {
  'content-security-policy': CSP,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(self), geolocation=(), microphone=(), serial=(self)',
};

/** @param {URL} url @returns {Promise<Response>} */
export async function servePage({ pathname }) {
  const path = pathname === '/' ? '/index.html' : normalize(pathname);
  const type = TYPES[extname(path)];
  const body = type === undefined ? undefined : await readFile(join(DIST, path)).catch(() => {});
  if (type === undefined || body === undefined) {
    return new Response('', { status: 404, headers: SAFE_HEADERS });
  }
  // Names of files in assets/ change with their content; the page itself is asked for anew.
  const cache = path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache';
  const headers = { ...SAFE_HEADERS, 'content-type': type, 'cache-control': cache };
  return new Response(new Uint8Array(body), { headers });
}
