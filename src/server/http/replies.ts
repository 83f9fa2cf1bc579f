/** Answers of money commands, kept: the same key and the same request get the same bytes again. */
import { hostHashing } from '../../signing/index.js';
import { isQuancunError, QuancunError, restated } from '../../errors.js';
import type { RequestGuard, StoredReply } from '../guard.js';
import type { Admitted, Door } from './door.js';
import { type Answer, answer } from './problem.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import { IDEMPOTENCY_CONFLICT } from '../errors.js';

/**
 * Does the work once for an Idempotency-Key. A refusal is not kept: it changed nothing, and what
 * was in its way may be gone the next time.
 * @throws MESSAGE_INVALID without a key, IDEMPOTENCY_CONFLICT when it was used for another request
 */
export async function onceOnly(
  { guard, env }: Pick<Door, 'guard' | 'env'>,
  { caller, body }: Admitted,
  request: Request,
  work: () => Promise<unknown>,
): Promise<Answer> {
  const key = request.headers.get('idempotency-key') ?? '';
  if (!/^[\x21-\x7e]{1,64}$/.test(key)) {
    throw new QuancunError(MESSAGE_INVALID, { details: { problem: 'Idempotency-Key' } });
  }
  const requestHash = hostHashing().sha256(
    `${request.method} ${new URL(request.url).pathname}\n${body}`,
  );
  const known = await guard.findReply(caller.keyId, key);
  if (known !== undefined && known.requestHash !== requestHash) {
    throw new QuancunError(IDEMPOTENCY_CONFLICT);
  }
  // Two of them at the same moment both do the work, which is idempotent; the first answer stands.
  const reply =
    known ?? (await keep(guard, [caller.keyId, key], requestHash, await work(), env.now()));
  if (reply.requestHash !== requestHash) throw new QuancunError(IDEMPOTENCY_CONFLICT);
  return { status: reply.status, body: reply.body, contentType: 'application/json' };
}

/** The work is done: whoever could not keep its answer must not say that nothing was moved. */
async function keep(
  guard: RequestGuard,
  [keyId, key]: readonly [keyId: string, key: string],
  requestHash: string,
  done: unknown,
  atMs: number,
): Promise<StoredReply> {
  const { status, body } = answer(200, done);
  try {
    return await guard.storeReply(keyId, key, { requestHash, status, body }, atMs);
  } catch (error) {
    throw isQuancunError(error) ? restated(error, { money: 'in-doubt' }) : error;
  }
}
