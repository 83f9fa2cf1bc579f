/**
 * Opening has an end as well: a host whose connect never calls back, or whose first question is
 * never answered, leaves nobody waiting.
 */
import type { Env } from '../env.js';
import { QuancunError } from '../errors.js';
import { promiseTry } from '../turns.js';
import { TRANSPORT_TIMEOUT } from './errors.js';
import type { Transport } from './transport.js';

/** Until when. */
export interface OpenOptions {
  readonly env: Pick<Env, 'sleep'>;
  /** Default: 10,000. */
  readonly openTimeoutMs?: number;
}

/**
 * Opens a transport, of whatever driver, or gives it up. One that opens after all is closed.
 * 打开读卡通道；超时即放弃，之后才打开的会被关闭。
 * @throws TRANSPORT_TIMEOUT, nothing was sent; and what opening throws
 * @example
 * import { envFrom } from 'quancun';
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const card = createVirtualCard(personalise({ kind: '3des-4x' }));
 * const env = envFrom(globalThis);
 * const transport = await openInTime(async () => simulatorTransport(card), { env });
 */
export async function openInTime<T extends Pick<Transport, 'close'>>(
  open: () => Promise<T>,
  { env, openTimeoutMs = 10_000 }: OpenOptions,
): Promise<T> {
  const opening = promiseTry(open);
  let isOver = false;
  opening.then(
    (late) => (isOver ? promiseTry(() => late.close()).catch(() => undefined) : undefined),
    () => undefined,
  );
  const end = env.sleep(openTimeoutMs, opening).then((): never => {
    isOver = true;
    const details = { timeoutMs: openTimeoutMs };
    throw new QuancunError(TRANSPORT_TIMEOUT, { details, sent: 'no', money: 'untouched' });
  });
  return Promise.race([opening, end]);
}
