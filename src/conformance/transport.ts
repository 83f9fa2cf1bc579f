/**
 * The conformance suite of a transport driver: what every one must carry, refuse and admit. A list
 * of cases, so that any test runner can run it; each opens transports of its own, on a card that
 * the suite makes.
 */
import { expectRange } from '../bytes.js';
import { isQuancunError, QuancunError } from '../errors.js';
import type { CardLike } from '../transport/drivers/simulator.js';
import { expectTransport, type Fault } from '../transport/index.js';
import { recordingCard } from './recording-card.js';
import type { NotOffered, Opened, TransportRig } from './transport-rig.js';
import { CARRIES } from './transport-carries.js';
import { FAILS } from './transport-fails.js';
import { CONFORMANCE } from './errors.js';

/** One rule of a transport. */
export interface TransportCase {
  readonly name: string;
  /**
   * Throws CONFORMANCE where the rule is broken; says whether the rig could try it at all. Handed
   * to a test runner as it is, a rule that cannot be tried is skipped there, with its reason:
   * `test(name, run)`.
   */
  readonly run: (...context: readonly unknown[]) => Promise<'kept' | 'not offered'>;
}

/**
 * The rules of a transport driver.
 * 传输驱动一致性测试集（任何测试框架均可运行）。
 *
 * @param open puts the card into the host and opens a fresh transport on it; each case calls it at
 * least once. With `lose`, `silence` and `repeat` more rules can be tried; without, those are
 * `not offered`, and where they run on a test runner they are skipped, with the reason.
 * @example
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const rules = testTransport(async (card) => ({ transport: simulatorTransport(card) }));
 * for (const { run } of rules) await run(); // or, on any test runner: test(name, run)
 */
export function testTransport(
  open: (card: CardLike) => Promise<TransportRig>,
): readonly TransportCase[] {
  return Object.entries({ ...CARRIES, ...FAILS }).map(([name, rule]) => ({
    name,
    run: async (...[context]) => {
      const rigs: Opened[] = [];
      let reason: true | NotOffered;
      const openOne = async (): Promise<Opened> => {
        const card = recordingCard();
        const rig = { ...(await open(card)), card };
        expectTransport(rig.transport);
        rigs.push(rig);
        return rig;
      };
      try {
        reason = await rule(openOne);
      } catch (error) {
        throw asBroken(error);
      } finally {
        for (const { transport } of rigs) await transport.close().catch(() => undefined);
      }
      if (reason === true) return 'kept';
      // Some runners leave the test by an error of their own, so this comes last.
      skipOf(context)?.(`not offered: ${reason}`);
      return 'not offered';
    },
  }));
}

/** Test runners hand their tests something that skips them. */
function skipOf(context: unknown): ((reason: string) => void) | undefined {
  const { skip } = (context ?? {}) as { readonly skip?: unknown };
  return typeof skip === 'function' ? (reason) => void skip.call(context, reason) : undefined;
}

/** Whatever a driver throws where an answer was due breaks the rule. */
function asBroken(error: unknown): QuancunError {
  if (isQuancunError(error, 'CONFORMANCE')) return error;
  const said = isQuancunError(error, 'ARGUMENT_INVALID') ? error.message : undefined;
  const what = said ?? (isQuancunError(error) ? error.code : String(error));
  const problem = `an exchange failed: ${what}`;
  return new QuancunError(CONFORMANCE, { details: { problem }, cause: error });
}

/**
 * Every way to tear one card out of a session of so many exchanges: before and after each of them.
 * Plans for {@link withFaults}.
 * 撕卡计划：在每次交互的前、后各一次。
 * @throws BYTES_RANGE when the number is not whole, or less than 1
 * @example
 * import { readCard } from 'quancun';
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * for (const faults of tearings(4)) {
 *   const card = createVirtualCard(personalise({ kind: '3des-4x' }));
 *   await readCard(withFaults(simulatorTransport(card), faults)).catch(() => 'torn');
 * }
 */
export function tearings(exchanges: number): readonly (readonly Fault[])[] {
  // None at all would be a campaign that tears nothing, and passes.
  expectRange('exchanges', exchanges, 1, MAX_EXCHANGES);
  return Array.from({ length: exchanges }, (_, at) => at + 1).flatMap((exchange) => [
    [{ exchange, kind: 'lose-before' as const }],
    [{ exchange, kind: 'lose-after' as const }],
  ]);
}

const MAX_EXCHANGES = 100_000;
