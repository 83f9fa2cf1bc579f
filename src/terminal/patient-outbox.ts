/**
 * The outbox as a visit uses it. It only speeds things up: a store that hangs keeps nobody from a
 * load, and is waited for once.
 */
import { QuancunError } from '../errors.js';
import { SERVER_UNREACHABLE } from '../signing/errors.js';
import { promiseTry } from '../turns.js';
import type { ServerClientOptions } from './ask-server.js';
import type { Outbox } from './outbox.js';
import { within } from './within.js';

/** A customer stands at the counter. */
const OUTBOX_TIMEOUT_MS = 10_000;

/** The outbox of the options, in which nothing takes for ever, and nothing fails. */
export function patientOutbox({ outbox, env }: ServerClientOptions): Outbox | undefined {
  if (outbox === undefined) return undefined;
  let stuck = 0;
  const patiently = async (work: () => Promise<void>): Promise<void> => {
    const working = promiseTry(work).catch(() => undefined);
    // What was waited for in vain is not waited for again: this goes on behind the visit.
    if (stuck > 0) return;
    const late = (): QuancunError => {
      stuck += 1;
      const over = (): void => {
        stuck -= 1;
      };
      working.then(over, over);
      return new QuancunError(SERVER_UNREACHABLE);
    };
    const limit = { env, limitMs: OUTBOX_TIMEOUT_MS, late };
    await within(() => working, limit).catch(() => undefined);
  };
  return {
    put: (report) => patiently(() => outbox.put(report)),
    // One is still at it.
    flush: (send) => (stuck > 0 ? Promise.resolve() : patiently(() => outbox.flush(send))),
  };
}
