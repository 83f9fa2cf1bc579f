/**
 * A recorded session as a transport: the same commands in the same order get the same answers, and
 * what was lost is lost again. Strict: any other command is an error.
 */
import { copyOf, fromHex, toHex } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { redactExchange } from '../redact-apdu.js';
import { isRedacted, parseTrace, traceBytes } from './trace.js';
import type { Transport } from './transport.js';
import { REPLAY_ENDED, REPLAY_MISMATCH, TRANSPORT_CLOSED, TRANSPORT_LOST } from './errors.js';
import { promiseTry } from '../turns.js';

/**
 * Makes a transport from a trace. A redacted recording accepts what its redactor would have hidden
 * in the same places; redacted answer bytes come back as zeros.
 * 回放会话（严格按顺序）。
 * @throws TRACE_MALFORMED at once; REPLAY_MISMATCH, REPLAY_ENDED, TRANSPORT_LOST on use
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const transport = replayTransport('=> 0084000004\n<= 0A0B0C0D9000\n');
 * await transport.transmit(fromHex('0084000004')); // 0A0B0C0D9000
 */
export function replayTransport(text: string): Transport {
  const { atr, exchanges } = parseTrace(text);
  let next = 0;
  let closed = false;
  const expectOpen = (): void => {
    if (closed) throw new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
  };
  const answer = (command: Uint8Array): Uint8Array => {
    const recorded = exchanges[next];
    const details = { exchange: next + 1 };
    if (recorded === undefined) {
      throw new QuancunError(REPLAY_ENDED, { details: { exchange: next }, sent: 'no' });
    }
    const asked = isRedacted(recorded.command) ? redactExchange(command)[0] : toHex(command);
    if (asked !== recorded.command) {
      throw new QuancunError(REPLAY_MISMATCH, { details, sent: 'no' });
    }
    next += 1;
    if (recorded.response === undefined) {
      throw new QuancunError(TRANSPORT_LOST, { sent: recorded.lost ?? 'maybe' });
    }
    return traceBytes(recorded.response);
  };
  const atrBytes = atr === undefined ? new Uint8Array(0) : fromHex(atr.replace(/\*/g, '0'));
  return {
    info: { kind: 'replay', maxBatch: 1, ...(atr === undefined ? {} : { atr: copyOf(atrBytes) }) },
    transmit: (command) =>
      promiseTry(() => {
        expectOpen();
        return answer(command);
      }),
    reset: () =>
      promiseTry(() => {
        expectOpen();
        return copyOf(atrBytes);
      }),
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
}
