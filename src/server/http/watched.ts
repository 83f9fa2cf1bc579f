/**
 * What watches a server: whether it lives, whether it can do its work, how its orders stand, and
 * its metrics. Nothing here names a card, and every answer comes within three seconds.
 */
import type { Env } from '../../env.js';
import { QuancunError } from '../../errors.js';
import type { RequestGuard } from '../guard.js';
import { GUESS_DAY_MS } from '../guess-rule.js';
import type { Ledger } from '../ledger/ledger.js';
import { LEDGER_UNAVAILABLE } from '../outage/errors.js';
import { NoAnswer, within } from '../outage/time-limit.js';
import type { BackOffice } from '../service.js';
import type { Metrics, OfLedger } from './metrics.js';
import { type Answer, answer } from './problem.js';
import type { MetricFamily } from './prometheus.js';
import { type Readiness, WATCHED_MS } from './readiness.js';
import type { Inside } from './shed.js';

/** What is watched. */
export interface Watched {
  readonly authority: Pick<BackOffice, 'journals' | 'isWritable'>;
  readonly ledger: Ledger;
  readonly guard: RequestGuard;
  readonly env: Env;
  /** From how many wrong codes in a day the alarm is on. */
  readonly wrongPerDay: number;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly inside: Inside;
  readonly measure: () => readonly MetricFamily[];
}

/** The process answers: nothing behind it is asked, so that nobody restarts it for a database. */
export function live(): Promise<Answer> {
  return Promise.resolve(answer(200, { status: 'live' }));
}

/** Whether it can do its work. @param tellsWhy with the codes of what is in the way */
export async function ready({ readiness }: Watched, tellsWhy: boolean): Promise<Answer> {
  const reasons = await readiness.check();
  const why = tellsWhy ? { reasons } : {};
  if (reasons.length === 0) return answer(200, { status: 'ready', ...why });
  const headers = { 'retry-after': '1' };
  return { ...answer(503, { status: 'not ready', ...why }), headers };
}

/**
 * Whether its journal is written, and how many orders stand where. @param tellsWhy both in words;
 * otherwise whoever passes by learns no more than that it works, or not
 */
export async function health({ authority, ledger }: Watched, tellsWhy: boolean): Promise<Answer> {
  const waitsFor = (await atOnce(authority.journals())).filter(({ isAwaited }) => isAwaited);
  const names = waitsFor.map(({ journalId }) => journalId).join(', ');
  const isWritable = authority.isWritable();
  const waiting = names === '' ? 'ok' : `waiting for journal ${names}`;
  const status = isWritable ? waiting : 'the journal cannot be written';
  const headers = isWritable ? {} : { headers: { 'retry-after': '1' } };
  const orders = await atOnce(ledger.counts());
  const told = tellsWhy ? { status, orders } : { status: isWritable ? 'ok' : 'not ok' };
  return { ...answer(isWritable ? 200 : 503, told), ...headers };
}

/**
 * The metrics of this instance, and of its ledger. While the ledger is away its own are left out:
 * what this instance counts is wanted most then, that it is not ready above all.
 */
export async function measured(watched: Watched): Promise<Answer> {
  const { env, metrics, readiness, inside, measure } = watched;
  const [ofLedger, reasons] = await Promise.all([
    askLedger(watched).catch(() => undefined),
    readiness.check(),
  ]);
  const gauges = {
    ...inside.counts(),
    ...{ isReady: reasons.length === 0, others: measure(), ofLedger },
  };
  const body = metrics.render(gauges, env.now());
  return { status: 200, body, contentType: 'text/plain; version=0.0.4' };
}

async function askLedger(watched: Watched): Promise<OfLedger> {
  const { authority, ledger, guard, env, wrongPerDay } = watched;
  const dayMs = env.now() - GUESS_DAY_MS;
  const [wrongDay, wrongTacsDay, journals, orders] = await Promise.all([
    atOnce(guard.countWrong('mac1', dayMs)),
    atOnce(guard.countWrong('tac', dayMs)),
    atOnce(authority.journals()),
    atOnce(ledger.counts()),
  ]);
  const waitsFor = journals.filter(({ isAwaited }) => isAwaited).length;
  return { wrongDay, wrongTacsDay, isAlarmed: wrongDay >= wrongPerDay, orders, waitsFor };
}

async function atOnce<T>(work: Promise<T>): Promise<T> {
  return within(WATCHED_MS, work).catch((cause: unknown) => {
    if (!(cause instanceof NoAnswer)) throw cause;
    throw new QuancunError(LEDGER_UNAVAILABLE, { details: { problem: cause.code }, cause });
  });
}
