/** One request, whatever it asks: done, refused or failed, it is answered, counted and logged. */
import type { Env } from '../../env.js';
import { isQuancunError, QuancunError } from '../../errors.js';
import { redactDetails } from '../../redact.js';
import { causesOf } from '../outage/cause.js';
import { corsHeaders } from './cors.js';
import type { Asking } from './door.js';
import { REQUEST_MALFORMED, REQUEST_TIMEOUT } from './errors.js';
import { markOf, REQUEST_ID } from './mark.js';
import type { Metrics } from './metrics.js';
import { type Answer, problem } from './problem.js';

/** What answering needs. */
export interface Answering {
  readonly env: Env;
  readonly metrics: Metrics;
  /** Origins whose pages may read answers. */
  readonly corsOrigins: readonly string[];
  readonly log?: ((line: Readonly<Record<string, unknown>>) => void) | undefined;
}

/** Runs the work of a route; whatever it throws becomes a problem; counted, and one line logged. */
export async function answering(
  { env, metrics, corsOrigins, log }: Answering,
  request: Request,
  route: string,
  work: (asking: Asking) => Promise<Answer>,
): Promise<Response> {
  const startedMs = env.now();
  const mark = markOf(request, env);
  const asking: Asking = { requestId: mark.requestId };
  let code: string | null = null;
  let cause: string | undefined;
  const result = await work(asking).catch((error: unknown) => {
    code = isQuancunError(error) ? error.code : 'INTERNAL';
    cause = isQuancunError(error) ? causesOf(error) : causesOf({ cause: error });
    return problem(error);
  });
  const durationMs = env.now() - startedMs;
  metrics.count({ route, answer: result, code, durationMs });
  tell(log, {
    ...redactDetails({
      at: new Date(startedMs).toISOString(),
      method: request.method,
      route,
      caller: asking.caller ?? null,
      ...(asking.person === undefined ? {} : { person: asking.person }),
      status: result.status,
      durationMs,
      code,
      ...(cause === undefined ? {} : { cause }),
    }),
    // Held to their forms already: a digit hidden in one would part it from its trace.
    ...mark,
  });
  const marked = { [REQUEST_ID]: mark.requestId };
  return toResponse(result, { ...corsHeaders(corsOrigins, request), ...marked });
}

/**
 * The answer to a request that never reached the handler: a host's own server refuses it so.
 * 由宿主服务器直接拒绝的请求的应答（problem+json）。
 * @example refuse('malformed', 'a header of two lines').status; // 400
 */
export function refuse(how: 'malformed' | 'late', what: string): Response {
  const row = how === 'late' ? REQUEST_TIMEOUT : REQUEST_MALFORMED;
  return toResponse(problem(new QuancunError(row, { details: { problem: what } })));
}

/** An answer on its way. */
export function toResponse(
  { status, body, contentType, headers }: Answer,
  more: Readonly<Record<string, string>> = {},
): Response {
  const all = { 'content-type': contentType, 'cache-control': 'no-store', ...headers, ...more };
  return new Response(body, { status, headers: all });
}

/** A log that throws changes no answer: what was booked is booked. */
export function tell(log: Answering['log'], line: Readonly<Record<string, unknown>>): void {
  try {
    log?.(line);
  } catch {
    // Whoever keeps the log notices that it is silent.
  }
}
