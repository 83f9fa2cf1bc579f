/**
 * What PostgreSQL, its driver and the network fail with, as codes of ours. What a constraint or a
 * serialisation says is none of them: it stays as it is, for the ledger to read.
 */
import { isQuancunError, QuancunError } from '../../errors.js';
import { codeOf, nameOf } from '../outage/cause.js';
import {
  LEDGER_ACCESS_DENIED,
  LEDGER_DATABASE_UNKNOWN,
  LEDGER_READ_ONLY,
  LEDGER_UNAVAILABLE,
} from '../outage/errors.js';

/** What was being done: after a COMMIT that nobody answered, both outcomes are possible. */
export type Doing = 'connect' | 'query' | 'commit';

const SQLSTATE = /^[0-9A-Z]{5}$/;
/**
 * Connection, resources, operator and system: nothing is wrong with what was asked. Besides: a
 * statement that took too long, a lock that did not come free, a transaction that was cut off.
 */
const AWAY = /^(08|53|57|58)|^(55P03|25P0[34]|40003|F0000)$/;
const READ_ONLY = '25006';
const DENIED = /^(28|42501)/;
const UNKNOWN = /^3[DF]000$/;
/** An answer to COMMIT after which the transaction surely does not stand. */
const SURELY_UNDONE = /^(23|25|40|42|53)/;

/** An error as the ledger throws it: an outage under its code, anything else as it came. */
export function asFailure(error: unknown, doing: Doing): unknown {
  if (isQuancunError(error)) return error;
  const state = sqlStateOf(error);
  const problem = state ?? problemOf(error);
  const undone = doing !== 'commit' || (state !== undefined && SURELY_UNDONE.test(state));
  const options = {
    details: { problem },
    cause: error,
    ...(undone ? {} : { money: 'in-doubt' as const }),
  };
  if (state === READ_ONLY) return new QuancunError(LEDGER_READ_ONLY, options);
  if (state === undefined) {
    const refused = doing === 'connect' && messageOf(error).startsWith('SASL');
    return new QuancunError(refused ? LEDGER_ACCESS_DENIED : LEDGER_UNAVAILABLE, options);
  }
  if (AWAY.test(state)) return new QuancunError(LEDGER_UNAVAILABLE, options);
  if (DENIED.test(state)) return new QuancunError(LEDGER_ACCESS_DENIED, options);
  if (UNKNOWN.test(state)) return new QuancunError(LEDGER_DATABASE_UNKNOWN, options);
  return doing === 'connect' ? new QuancunError(LEDGER_UNAVAILABLE, options) : error;
}

/** The five characters by which PostgreSQL names an error; nothing for any other. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = error instanceof Error ? codeOf(error) : undefined;
  // EPIPE has the form of one.
  return code !== undefined && SQLSTATE.test(code) && code !== 'EPIPE' ? code : undefined;
}

/** The driver's own complaints have no code; their texts name nothing secret, and are known. */
function problemOf(error: unknown): string {
  const message = messageOf(error);
  if (message.includes('after calling end on the pool')) return 'closed';
  if (/timeout/i.test(message)) return 'ETIMEDOUT';
  if (/terminated|ended|not queryable|closed/i.test(message)) return 'connection ended';
  return codeOf(error) ?? nameOf(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
