/**
 * Whether this server can do its work now: the ledger whole and answering, the journal written, the
 * HSM there, and nobody about to close it. Each question ends in time, and all who ask at once
 * share one answer, so that asking costs the server nothing.
 */
import type { Env } from '../../env.js';
import { isQuancunError, QuancunError, type QuancunErrorJson } from '../../errors.js';
import { INTERNAL } from '../../core-errors.js';
import type { Hsm } from '../hsm/hsm.js';
import { limitHsm } from '../hsm/limited.js';
import { JOURNAL_UNAVAILABLE, LEDGER_UNAVAILABLE } from '../outage/errors.js';
import { NoAnswer, within } from '../outage/time-limit.js';
import type { BackOffice } from '../service.js';
import { SERVER_CLOSING } from './errors.js';

/** Why a server is not ready: an error as JSON, without its details. */
export type NotReady = Pick<QuancunErrorJson, 'code' | 'message' | 'messageZh' | 'hint'>;

/** Whether a server can do its work. */
export interface Readiness {
  /** Nothing: it can. Never throws, and answers within three seconds. */
  check(): Promise<readonly NotReady[]>;
  /** It falls and stays so: whoever shares out requests has time to notice before it closes. */
  close(): void;
}

/** What readiness depends on. */
export interface ReadinessOptions {
  readonly authority: Pick<BackOffice, 'open' | 'isWritable'>;
  /** Asked for its keys. Absent: not looked at. */
  readonly hsm?: Pick<Hsm, 'describeKeys'>;
  readonly env: Env;
}

/** Whoever watches a server wants an answer while the ledger hangs, and this is one. */
export const WATCHED_MS = 3_000;
/** How old an answer may be. */
const KEPT_MS = 1_000;

/**
 * Makes the readiness of a server, for its handler and for whoever ends it.
 * 就绪检查：账本、授权日志与加密机均可用，且服务未在关闭。
 * @example
 * import { envFrom } from 'quancun';
 * import { createTestAuthority } from 'quancun/testing';
 * const env = envFrom(globalThis);
 * const readiness = createReadiness({ authority: createTestAuthority({ env }).authority, env });
 * await readiness.check(); // []
 */
export function createReadiness({ authority, hsm, env }: ReadinessOptions): Readiness {
  let isClosing = false;
  let kept: { readonly atMs: number; readonly answer: Promise<readonly NotReady[]> } | undefined;
  const keys = hsm === undefined ? undefined : limitHsm(hsm as Hsm, WATCHED_MS);
  const look = async (): Promise<readonly NotReady[]> => {
    const ledger = within(WATCHED_MS, authority.open()).then(() => {
      // A comparison finds out; what it found is looked at behind it.
      if (authority.isWritable()) return;
      throw new QuancunError(JOURNAL_UNAVAILABLE, { details: { problem: 'the last line' } });
    });
    const questions: Promise<unknown>[] = [
      ledger,
      ...(keys === undefined ? [] : [keys.describeKeys()]),
    ];
    const answers = await Promise.allSettled(questions);
    return answers.flatMap((one) => (one.status === 'rejected' ? [reasonOf(one.reason)] : []));
  };
  return {
    check: async () => {
      const nowMs = env.now();
      // A clock that was put back must not keep an answer for ever.
      if (kept === undefined || Math.abs(nowMs - kept.atMs) >= KEPT_MS) {
        kept = { atMs: nowMs, answer: look() };
      }
      const found = await kept.answer;
      return isClosing ? [reasonOf(new QuancunError(SERVER_CLOSING)), ...found] : found;
    },
    close: () => {
      isClosing = true;
    },
  };
}

/** Details may name files and hosts: a log has them. */
function reasonOf(thrown: unknown): NotReady {
  const { code, message, messageZh, hint } = asOurs(thrown).toJSON();
  return { code, message, messageZh, hint };
}

function asOurs(thrown: unknown): QuancunError {
  if (isQuancunError(thrown)) return thrown;
  if (thrown instanceof NoAnswer) {
    return new QuancunError(LEDGER_UNAVAILABLE, { details: { problem: thrown.code } });
  }
  return new QuancunError(INTERNAL, { details: { what: 'the server failed' } });
}
