/**
 * Pages of other origins. None may ask, until its origin is on the list: then it may send what a
 * signed request consists of, and read what an answer consists of. No cookie is ever let through.
 */
import * as v from 'valibot';
import { saying } from '../../json/index.js';
import { SIGNATURE_HEADERS } from '../../signing/index.js';
import { REQUEST_ID } from './mark.js';

/** Origins as a browser sends them: scheme, host, and the port where it is another one. */
export const ORIGINS = v.array(
  v.pipe(
    v.string(),
    v.check(
      isOrigin,
      saying('an origin, such as https://counter.example', '来源，如 https://counter.example'),
    ),
  ),
);

/** What a page may send. */
const SENT = ['content-type', ...Object.values(SIGNATURE_HEADERS), REQUEST_ID, 'traceparent'];
/** What a page may read besides the body. */
const READ = [REQUEST_ID, 'retry-after', 'www-authenticate'];
/** How long a browser remembers that it may, in seconds. */
const REMEMBERED_S = 600;

/** Headers for an answer to this request; none where it comes from no origin of the list. */
export function corsHeaders(
  origins: readonly string[],
  request: Request,
): Readonly<Record<string, string>> {
  if (origins.length === 0) return {};
  const origin = request.headers.get('origin') ?? '';
  // A cache must not give one page the answer to another.
  if (!origins.includes(origin)) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': READ.join(', '),
  };
}

/** The answer to a browser that asks beforehand; nothing where it was no such question. */
export function preflight(
  origins: readonly string[],
  request: Request,
  methods: readonly string[],
): Response | undefined {
  const asked = request.headers.get('access-control-request-method');
  const allowed = corsHeaders(origins, request);
  if (request.method !== 'OPTIONS' || asked === null) return undefined;
  if (allowed['access-control-allow-origin'] === undefined) return undefined;
  const headers = {
    ...allowed,
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': SENT.join(', '),
    'access-control-max-age': String(REMEMBERED_S),
  };
  return new Response(null, { status: 204, headers });
}

/** As `new URL(text).origin` writes it; the globals of a host are not asked for before. */
function isOrigin(text: string): boolean {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}
