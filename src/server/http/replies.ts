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
  { caller, body, slip }: Admitted,
  request: Request,
  work: () => Promise<unknown>,
  isDoneAgain = false,
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
  if (known !== undefined && isDoneAgain) return answer(200, await work());
  const keep = (view: unknown): StoredReply => {
    const { status, body: text } = answer(200, view);
    return { requestHash, status, body: text };
  };
  const workAndKeep = async (): Promise<StoredReply> => {
    const made = keep(await work());
    // It may stand in the decision's own transaction already.
    return slip.written?.reply?.reply ?? store(guard, [caller.keyId, key], made, env.now());
  };
  slip.reply = (view) => ({ keyId: caller.keyId, idempotencyKey: key, reply: keep(view) });
  // Two of them at the same moment both do the work, which is idempotent; the first answer stands.
  const reply = known ?? (await workAndKeep());
  if (reply.requestHash !== requestHash) throw new QuancunError(IDEMPOTENCY_CONFLICT);
  return { status: reply.status, body: reply.body, contentType: 'application/json' };
}

/** The work is done: whoever could not keep its answer must not say that nothing was moved. */
async function store(
  guard: RequestGuard,
  [keyId, key]: readonly [keyId: string, key: string],
  reply: StoredReply,
  atMs: number,
): Promise<StoredReply> {
  try {
    return await guard.storeReply(keyId, key, reply, atMs);
  } catch (error) {
    throw isQuancunError(error) ? restated(error, { money: 'in-doubt' }) : error;
  }
}
