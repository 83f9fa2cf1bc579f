/**
 * The host's own time limit: what would not be over before the host ends the session is not begun.
 * Refusing costs a second tap; being cut off costs a repair.
 */
import type { Env } from '../env.js';
import { QuancunError } from '../errors.js';
import type { TransportInfo } from '../transport/index.js';
import { SESSION_TOO_SHORT } from './errors.js';

/** INITIALIZE, the authority's answer and CREDIT FOR LOAD, on a slow network. */
export const DEFAULT_LOAD_RESERVE_MS = 8_000;
/** CREDIT FOR LOAD alone: the slowest card is done in half of it. */
export const CREDIT_RESERVE_MS = 2_000;

/**
 * Stops where the host says that the session ends too soon. Hosts without a limit never stop it.
 * @throws SESSION_TOO_SHORT: nothing was sent
 */
export function expectSessionLeft(
  { sessionDeadlineMs }: TransportInfo,
  env: Pick<Env, 'now'> | undefined,
  neededMs: number,
): void {
  if (sessionDeadlineMs === undefined || env === undefined) return;
  const leftMs = Math.max(0, sessionDeadlineMs - env.now());
  if (leftMs >= neededMs) return;
  throw new QuancunError(SESSION_TOO_SHORT, { details: { leftMs, neededMs }, sent: 'no' });
}
