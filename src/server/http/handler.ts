/**
 * The authority over HTTP, as a web-standard `fetch` handler. Routing is hono's; the door, the
 * routes and the errors are ours.
 */
import { Hono } from 'hono';
import * as v from 'valibot';
import type { Env } from '../../env.js';
import { expectOptions } from '../../json/index.js';
import { type CallerSource, callerSource } from '../callers.js';
import type { PersonBook } from '../persons/book.js';
import { isQuancunError, QuancunError } from '../../errors.js';
import type { Authority } from '../../load/index.js';
import { redactDetails } from '../../redact.js';
import type { RequestGuard } from '../guard.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Payments } from '../payment/payments.js';
import type { BackOffice, ServedAuthority } from '../service.js';
import { admit, type Asking, type Door } from './door.js';
import { takeCallback } from './payments.js';
import { createMetrics, type Metrics } from './metrics.js';
import { OPENAPI } from './openapi.js';
import { type Answer, answer, problem } from './problem.js';
import { onceOnly } from './replies.js';
import { routes, type ServedRoute } from './routes.js';
import { type Caller, DEFAULT_LIMITS, type DoorLimits, LIMITS, UTC_OFFSET } from './terminals.js';
import { ROUTE_UNKNOWN } from '../errors.js';
import { causesOf } from '../outage/cause.js';
import { LEDGER_UNAVAILABLE } from '../outage/errors.js';
import { NoAnswer, within } from '../outage/time-limit.js';

/** What the address of an order can be: anything else is no address of ours. */
const ORDER_ID = ':orderId{[0-9A-Z]{1,64}}';

/** What a handler is made of. */
export interface HttpOptions {
  /** One of `createAuthority` writes a request down with the decision it leads to. */
  readonly authority: (Authority & BackOffice) | ServedAuthority;
  readonly ledger: Ledger;
  readonly guard: RequestGuard;
  readonly env: Env;
  /** Who may call: a list, or where they are kept; asked anew at each request. */
  readonly callers: readonly Caller[] | CallerSource;
  /** Persons who log in at devices: of the ledger's database. Absent: nobody does. */
  readonly persons?: PersonBook;
  /** Changes to {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<DoorLimits>;
  /** QR payments, one for each provider; its callbacks come to `/callbacks/{provider}`. */
  readonly payments?: readonly Payments[];
  /** In whose days a query's range is counted: as in the policy. Default: China's, 480. */
  readonly utcOffsetMinutes?: number;
  /** One line for each request; never a body, never a card number. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
}

/** The handler. */
export interface HttpHandler {
  fetch(request: Request): Promise<Response>;
}

/**
 * Makes a handler: for `@hono/node-server`, or any host that speaks fetch.
 * 授权中心 HTTP 接口（fetch 处理器）。
 *
 * `/health`, `/metrics` and `/openapi.json` are open to whoever reaches the port and name no card;
 * everything under `/v1` takes signed requests alone; `/callbacks/{provider}` takes what that
 * payment provider has signed.
 * @example
 * import { envFrom } from 'quancun';
 * import { memoryGuard } from 'quancun/server';
 * import { createTestAuthority } from 'quancun/testing';
 * const env = envFrom(globalThis);
 * const { authority, ledger } = createTestAuthority({ env });
 * const guard = memoryGuard();
 * const handler = createHttpHandler({ authority, ledger, guard, env, callers: [] });
 * const { status } = await handler.fetch(new Request('http://localhost/health'));
 * status; // 200
 */
export function createHttpHandler(options: HttpOptions): HttpHandler {
  const { authority, ledger, guard, env } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const findCaller = callerSource(options.callers);
  expectOptions(LIMITS, limits, 'createHttpHandler: limits');
  expectOptions(
    v.optional(UTC_OFFSET),
    options.utcOffsetMinutes,
    'createHttpHandler: utcOffsetMinutes',
  );
  const sharesLedger = guard.ledger === ledger && 'forRequest' in options.authority;
  const kept = options.persons === undefined ? {} : { persons: options.persons };
  const door: Door = { findCaller, guard, limits, env, sharesLedger, ...kept };
  const metrics = createMetrics();
  const app = new Hono();
  for (const route of routes({ ...options, door })) {
    const name = route.path.replace('{orderId}', ':orderId');
    app.on(route.method, name.replace(':orderId', ORDER_ID), (context) => {
      const orderId = context.req.param('orderId') ?? '';
      const request = context.req.raw;
      return run(options, metrics, request, name, (asking) =>
        serve(door, route, request, { orderId, asking }),
      );
    });
  }
  app.post('/callbacks/:provider', (context) =>
    run(options, metrics, context.req.raw, '/callbacks', () => {
      const provider = context.req.param('provider');
      const { payments = [] } = options;
      return takeCallback(payments, provider, context.req.raw, limits.maxBodyBytes);
    }),
  );
  app.get('/health', (context) =>
    run(options, metrics, context.req.raw, '/health', async () => {
      const waitsFor = (await atOnce(authority.journals())).filter(({ isAwaited }) => isAwaited);
      const names = waitsFor.map(({ journalId }) => journalId).join(', ');
      const isWritable = authority.isWritable();
      const waiting = names === '' ? 'ok' : `waiting for journal ${names}`;
      const status = isWritable ? waiting : 'the journal cannot be written';
      return answer(isWritable ? 200 : 503, { status, orders: await atOnce(ledger.counts()) });
    }),
  );
  app.get('/metrics', (context) =>
    run(options, metrics, context.req.raw, '/metrics', async () => {
      const wrongDay = await atOnce(guard.wrongSince('all', env.now() - 24 * 3_600_000));
      const waitsFor = (await atOnce(authority.journals())).filter(({ isAwaited }) => isAwaited);
      const gauges = { wrongDay, waitsFor: waitsFor.length };
      const body = metrics.render(await atOnce(ledger.counts()), gauges, env.now());
      return { status: 200, body, contentType: 'text/plain; version=0.0.4' };
    }),
  );
  app.get('/openapi.json', () => toResponse(answer(200, OPENAPI)));
  app.notFound(() => toResponse(problem(new QuancunError(ROUTE_UNKNOWN))));
  return { fetch: async (request) => app.fetch(request) };
}

async function serve(
  door: Door,
  route: ServedRoute,
  request: Request,
  { orderId, asking }: { readonly orderId: string; readonly asking: Asking },
): Promise<Answer> {
  const admitted = await admit(door, request, route, asking);
  const work = (): Promise<unknown> => route.work(admitted, orderId);
  const reply = async (): Promise<Answer> =>
    route.money
      ? onceOnly(door, admitted, request, work, route.isDoneAgain)
      : answer(200, await work());
  const said = await reply().catch(async (error: unknown) => {
    // What was refused is heard once all the same. Its nonce may be spent already, with a decision
    // that stands and could not be told: then this says nothing of a second hearing.
    await admitted.spend().catch(() => undefined);
    throw error;
  });
  await admitted.spend();
  return said;
}

/** Who watches a server wants an answer while the ledger hangs, and this is one. */
const WATCHED_MS = 3_000;

async function atOnce<T>(work: Promise<T>): Promise<T> {
  return within(WATCHED_MS, work).catch((cause: unknown) => {
    if (!(cause instanceof NoAnswer)) throw cause;
    throw new QuancunError(LEDGER_UNAVAILABLE, { details: { problem: cause.code }, cause });
  });
}

/** Runs the work of a route; whatever it throws becomes a problem; counted, and one line logged. */
async function run(
  { env, log }: HttpOptions,
  metrics: Metrics,
  request: Request,
  route: string,
  work: (asking: Asking) => Promise<Answer>,
): Promise<Response> {
  const startedMs = env.now();
  let code: string | null = null;
  let cause: string | undefined;
  const asking: Asking = {};
  const result = await work(asking).catch((error: unknown) => {
    code = isQuancunError(error) ? error.code : 'INTERNAL';
    cause = isQuancunError(error) ? causesOf(error) : causesOf({ cause: error });
    return problem(error);
  });
  metrics.count(route, result, code);
  tell(log, {
    at: new Date(startedMs).toISOString(),
    method: request.method,
    route,
    caller: asking.caller ?? null,
    ...(asking.person === undefined ? {} : { person: asking.person }),
    status: result.status,
    durationMs: env.now() - startedMs,
    code,
    ...(cause === undefined ? {} : { cause }),
  });
  return toResponse(result);
}

/** A log that throws changes no answer: what was booked is booked. */
function tell(log: HttpOptions['log'], line: Readonly<Record<string, unknown>>): void {
  try {
    log?.(redactDetails(line));
  } catch {
    // Whoever keeps the log notices that it is silent.
  }
}

function toResponse({ status, body, contentType }: Answer): Response {
  const headers: Record<string, string> = {
    'content-type': contentType,
    'cache-control': 'no-store',
    ...(status === 503 || status === 429 ? { 'retry-after': '1' } : {}),
  };
  return new Response(body, { status, headers });
}
