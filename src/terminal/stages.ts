/** What a terminal tells its screen while it works, and how it asks the authority: with an end. */
import type { Env } from '../env.js';
import { isQuancunError, QuancunError } from '../errors.js';
import { type AbortSignalLike } from '../transport/index.js';
import type { Authority } from '../load/index.js';
import { INTERNAL } from '../core-errors.js';
import { ORDER_UNPAID } from '../load/errors.js';
import { SERVER_UNREACHABLE } from '../signing/errors.js';
import { LOAD_CANCELLED, RECHARGE_CANCELLED } from './errors.js';
import { tellApart } from '../turns.js';
import { within } from './within.js';

/**
 * What goes on: the card is read · the server is asked about it · the cashier confirms it · an
 * order is made · the card is tested for it (PIN, INITIALIZE that spends nothing) · the server is
 * told that money is about to be taken · the customer pays · the payment is submitted · an order or
 * a payment is looked up · 805A · PIN and INITIALIZE · CREDIT FOR LOAD · the balance is read again.
 */
export type Stage =
  | ('reading' | 'asking' | 'confirming' | 'ordering' | 'testing' | 'announcing')
  | ('paying' | 'submitting' | 'looking-up')
  | ('proving' | 'authorising' | 'writing' | 'checking');

/** What else there is to say of a stage. */
export interface StageDetail {
  readonly orderId?: string;
  /** It is tried again: the second time is 2. */
  readonly tries?: number;
  /** Before it is tried again, so long is waited. */
  readonly waitMs?: number;
}

/** A screen that is told. */
export type OnStage = (stage: Stage, detail?: StageDetail) => void;

/** What a screen does with it is its own affair: nothing about money may hang on it. */
export function tellStage(
  { onStage }: { readonly onStage?: OnStage },
  stage: Stage,
  detail?: StageDetail,
): void {
  tellApart(() => (detail === undefined ? onStage?.(stage) : onStage?.(stage, detail)));
}

/** What a host object threw, as an error of ours: a terminal has no use for any other. */
export function asFailure(thrown: unknown): QuancunError {
  if (isQuancunError(thrown)) return withItsRow(thrown);
  const details = { what: 'a host object of this terminal failed' };
  return new QuancunError(INTERNAL, { details, cause: thrown });
}

/** What a host says to a terminal, and may say by the code alone. */
const SAID_BY_HOSTS = [RECHARGE_CANCELLED, LOAD_CANCELLED, ORDER_UNPAID];

/** An error made of nothing but a code that is known here has the texts and facts of its row. */
function withItsRow(error: QuancunError): QuancunError {
  const { code, message, details, cause } = error;
  const row = message === code ? SAID_BY_HOSTS.find((one) => one.code === code) : undefined;
  return row === undefined ? error : new QuancunError(row, { details, cause });
}

/** A server's client tries for half as long, and has TACs of others to deliver before. */
const DEFAULT_AUTHORITY_TIMEOUT_MS = 90_000;

/** Who is asked, and how long. */
export interface AskOptions {
  readonly authority: Authority;
  readonly env: Pick<Env, 'now' | 'sleep'>;
  readonly authorityTimeoutMs?: number;
  readonly onStage?: OnStage;
}

/** Asks the authority; without an answer in time it could not be reached. */
export function ask<T>(
  options: AskOptions,
  question: (authority: Authority) => Promise<T>,
  signal?: AbortSignalLike,
  whenCancelled = cancelled,
): Promise<T> {
  const { authority, env, authorityTimeoutMs: limitMs = DEFAULT_AUTHORITY_TIMEOUT_MS } = options;
  const late = (): QuancunError =>
    new QuancunError(SERVER_UNREACHABLE, { details: { timeoutMs: limitMs } });
  const stop = signal === undefined ? {} : { signal, cancelled: whenCancelled };
  return within(() => question(authority), { env, limitMs, late, ...stop });
}

/** Cancelled while nothing was taken. */
export function cancelled(): QuancunError {
  return new QuancunError(RECHARGE_CANCELLED);
}

/** Cancelled while an order may wait, and nothing was written for it. */
export function loadCancelled(): QuancunError {
  return new QuancunError(LOAD_CANCELLED);
}
