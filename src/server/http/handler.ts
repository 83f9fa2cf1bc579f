/**
 * The authority over HTTP, as a web-standard `fetch` handler. Routing is hono's; the door, the
 * routes and the errors are ours.
 */
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import type { Env } from '../../env.js';
import { expectOptions, wholeOf } from '../../json/index.js';
import { type CallerSource, callerSource } from '../callers.js';
import type { PersonBook } from '../persons/book.js';
import { isQuancunError, QuancunError } from '../../errors.js';
import type { Authority } from '../../load/index.js';
import type { RequestGuard } from '../guard.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Payments } from '../payment/payments.js';
import type { BackOffice, ServedAuthority } from '../service.js';
import { type Answering, answering, tell } from './answering.js';
import { ORIGINS, preflight } from './cors.js';
import { admit, type Asking, type Door } from './door.js';
import { METHOD_NOT_ALLOWED, REQUEST_TIMEOUT } from './errors.js';
import { takeCallback } from './payments.js';
import { createMetrics } from './metrics.js';
import { OPENAPI } from './openapi.js';
import { type Answer, answer } from './problem.js';
import type { MetricFamily } from './prometheus.js';
import { createReadiness, type Readiness } from './readiness.js';
import { onceOnly } from './replies.js';
import { routes, type ServedRoute } from './routes.js';
import { createInside, type Inside } from './shed.js';
import { type Caller, DEFAULT_LIMITS, type DoorLimits, LIMITS, UTC_OFFSET } from './terminals.js';
import { ROUTE_UNKNOWN } from '../errors.js';
import { health, live, measured, ready, type Watched } from './watched.js';

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
  /** Signed requests that are worked on at once before new orders are sent away. Default: 512. */
  readonly maxAtOnce?: number;
  /** Origins whose pages may ask, such as `https://counter.example`. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** What `/readyz` says. Default: one of the authority, without its HSM. */
  readonly readiness?: Readiness;
  /** Metrics, how orders stand, and why not ready: told by `admin` alone. Default: by both. */
  readonly adminApart?: boolean;
  /** More metrics: of the process, the pool, the HSM. */
  readonly measure?: () => readonly MetricFamily[];
}

/** The handler. */
export interface HttpHandler {
  fetch(request: Request): Promise<Response>;
  /** `/livez`, `/readyz`, `/health` and `/metrics` alone, for a port that stays inside. */
  readonly admin: { fetch(request: Request): Promise<Response> };
}

/**
 * Makes a handler: for `@hono/node-server`, or any host that speaks fetch.
 * 授权中心 HTTP 接口（fetch 处理器）。
 *
 * `/livez`, `/readyz`, `/health`, `/metrics` and `/openapi.json` are open to whoever reaches the
 * port and name no card; everything under `/v1` takes signed requests alone;
 * `/callbacks/{provider}` takes what that payment provider has signed.
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
  const { authority, ledger, guard, env, payments = [], log, corsOrigins = [] } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const findCaller = callerSource(options.callers);
  expectHandlerOptions(options, limits);
  const sharesLedger = guard.ledger === ledger && 'forRequest' in authority;
  const onAlarm = wrongCodeAlarm(options, limits);
  const kept = options.persons === undefined ? {} : { persons: options.persons };
  const door: Door = { findCaller, guard, limits, env, sharesLedger, onAlarm, ...kept };
  const metrics = createMetrics();
  const inside = createInside(options.maxAtOnce ?? MAX_AT_ONCE);
  const { readiness = createReadiness({ authority, env }), measure = () => [] } = options;
  const watched = {
    ...{ authority, ledger, guard, env, metrics, inside, readiness, measure },
    wrongPerDay: limits.wrongPerDay,
  };
  const answers: Answering = { env, metrics, corsOrigins, log };
  const all: Addresses = new Map();
  for (const route of routes({ ...options, door })) {
    const name = route.path.replace('{orderId}', ':orderId');
    add(all, name.replace(':orderId', ORDER_ID), route.method, name, (context, asking) => {
      const orderId = context.req.param('orderId') ?? '';
      return serve({ door, inside }, route, context.req.raw, { orderId, asking });
    });
  }
  add(all, '/callbacks/:provider', 'POST', '/callbacks', (context) => {
    const provider = context.req.param('provider') ?? '';
    return takeCallback(payments, provider, context.req.raw, limits.maxBodyBytes);
  });
  const isApart = options.adminApart === true;
  watch(all, watched, { tellsWhy: !isApart, tellsMetrics: !isApart });
  add(all, '/openapi.json', 'GET', '/openapi.json', () => Promise.resolve(answer(200, OPENAPI)));
  const ofAdmin: Addresses = new Map();
  watch(ofAdmin, watched, { tellsWhy: true, tellsMetrics: true });
  return { fetch: served(all, answers), admin: { fetch: served(ofAdmin, answers) } };
}

function expectHandlerOptions(options: HttpOptions, limits: DoorLimits): void {
  const { utcOffsetMinutes, maxAtOnce, corsOrigins } = options;
  expectOptions(LIMITS, limits, 'createHttpHandler: limits');
  expectOptions(v.optional(UTC_OFFSET), utcOffsetMinutes, 'createHttpHandler: utcOffsetMinutes');
  expectOptions(v.optional(wholeOf(1)), maxAtOnce, 'createHttpHandler: maxAtOnce');
  expectOptions(v.optional(ORIGINS), corsOrigins, 'createHttpHandler: corsOrigins');
}

/** What is done at each address, by its method; told in logs under a name that says no order. */
type Addresses = Map<string, Map<string, Served>>;
interface Served {
  readonly name: string;
  readonly work: (context: Context, asking: Asking) => Promise<Answer>;
}

function add(
  addresses: Addresses,
  address: string,
  method: string,
  name: string,
  work: Served['work'],
): void {
  const methods = addresses.get(address) ?? new Map<string, Served>();
  addresses.set(address, methods.set(method, { name, work }));
}

function watch(
  addresses: Addresses,
  watched: Watched,
  { tellsWhy, tellsMetrics }: { readonly tellsWhy: boolean; readonly tellsMetrics: boolean },
): void {
  const get = (path: string, work: () => Promise<Answer>): void => {
    add(addresses, path, 'GET', path, work);
  };
  get('/livez', live);
  get('/readyz', () => ready(watched, tellsWhy));
  get('/health', () => health(watched, tellsWhy));
  if (tellsMetrics) get('/metrics', () => measured(watched));
}

/** Routes to the work of an address; HEAD is answered as GET, without a body. */
function served(addresses: Addresses, answers: Answering): HttpHandler['fetch'] {
  const app = new Hono();
  for (const [address, methods] of addresses) {
    const allowed = [...methods.keys()].flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one]));
    for (const [method, { name, work }] of methods) {
      app.on(method, address, (context) =>
        answering(answers, context.req.raw, name, (asking) => work(context, asking)),
      );
    }
    const [{ name }] = [...methods.values()] as [Served];
    app.all(address, ({ req: { raw } }) => {
      const asked = preflight(answers.corsOrigins, raw, allowed);
      if (asked !== undefined) return asked;
      const details = { allow: allowed.join(', ') };
      return answering(answers, raw, name, () =>
        Promise.reject(new QuancunError(METHOD_NOT_ALLOWED, { details })),
      );
    });
  }
  app.notFound(({ req: { raw } }) =>
    answering(answers, raw, 'unknown', () => Promise.reject(new QuancunError(ROUTE_UNKNOWN))),
  );
  return async (request) => app.fetch(request);
}

async function serve(
  { door, inside }: { readonly door: Door; readonly inside: Inside },
  route: ServedRoute,
  request: Request,
  { orderId, asking }: { readonly orderId: string; readonly asking: Asking },
): Promise<Answer> {
  const isNew = route.isNew === true;
  // Before anything is read or verified: whoever is sent away costs next to nothing.
  if (isNew) inside.expectRoom();
  const admitted = await admit(door, request, route, asking).catch((error: unknown) => {
    // Whoever went away in the middle of a body is no failure of this server.
    if (isQuancunError(error) || !request.signal.aborted) throw error;
    throw new QuancunError(REQUEST_TIMEOUT, { cause: error });
  });
  const work = (): Promise<unknown> => route.work(admitted, orderId);
  const reply = async (): Promise<Answer> =>
    route.money
      ? onceOnly(door, admitted, request, work, route.isDoneAgain)
      : answer(200, await work());
  // Counted from here on: a body that dribbles in takes nobody's place.
  return inside.during(async () => {
    const said = await reply().catch(async (error: unknown) => {
      // What was refused is heard once all the same. Its nonce may be spent already, with a
      // decision that stands and could not be told: then this says nothing of a second hearing.
      await admitted.spend().catch(() => undefined);
      throw error;
    });
    await admitted.spend();
    return said;
  }, isNew);
}

/** About half a second of work on one disk: above it those who wait for a card wait too long. */
const MAX_AT_ONCE = 512;

/** One line when everybody's wrong codes have become too many, and one when they no longer are. */
function wrongCodeAlarm(
  { env, log }: HttpOptions,
  { wrongPerDay }: DoorLimits,
): (isAlarmed: boolean) => void {
  let wasAlarmed = false;
  return (isAlarmed) => {
    if (isAlarmed === wasAlarmed) return;
    wasAlarmed = isAlarmed;
    const [level, event] = isAlarmed
      ? (['error', 'wrong-code-alarm'] as const)
      : (['info', 'wrong-code-alarm-ended'] as const);
    tell(log, { at: new Date(env.now()).toISOString(), level, event, wrongPerDay });
  };
}
