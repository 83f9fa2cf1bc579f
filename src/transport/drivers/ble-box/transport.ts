/**
 * The transport over a Bluetooth box: the host owns the link and hands in two functions, everything
 * above is here. Several commands travel in one message.
 */
import { copyOf } from '../../../bytes.js';
import type { Env } from '../../../env.js';
import { QuancunError } from '../../../errors.js';
import { statusWordOf, SW_OK } from '../../../apdu/index.js';
import { createTurns } from '../../../turns.js';
import { isRepeatable } from '../../retry-policy.js';
import type { TransmitOptions, Transport } from '../../transport.js';
import {
  type BoxAnswer,
  decodeAnswer,
  decodeCardAnswer,
  encodeCardMessage,
  fitting,
} from './card-channel.js';
import { BOX_DIALECTS, type BoxDialect, type BoxDialectName } from './dialects.js';
import { type BoxLink, openLink, type Timed } from './link.js';
import type { BoxHost } from './wire.js';
import { BOX_REFUSED, TRANSPORT_CONNECT, TRANSPORT_FRAME } from '../../errors.js';

/** How a box is opened. */
export interface BleBoxOptions {
  readonly env: Pick<Env, 'now' | 'sleep'>;
  /** A name of the table, or a row of one's own. Default: `frame-33`. */
  readonly dialect?: BoxDialectName | BoxDialect;
  /** How long the box may take to say who it is. Default: 5,000. */
  readonly connectTimeoutMs?: number;
  /** Deadline of an exchange that has none of its own. Default: 10,000. */
  readonly answerTimeoutMs?: number;
  /** How long the box stays on from now. Default: 120,000, as its button gives; low confidence. */
  readonly sessionMs?: number;
}

/** Commands of one message, at most: the list's bytes are a bound too. */
const MAX_BATCH = 8;

/**
 * Opens a box: answers its greeting, shakes hands, and makes a transport of its card channel.
 * 打开 ETC 蓝牙盒子（FEE7 服务、FE01 帧），得到 Transport。
 *
 * A message that was not written to its end was not executed: `sent: 'no'`; one that was, and has
 * no answer, may have been: `'maybe'`. After either the link is lost: connect again.
 * @throws TRANSPORT_CONNECT; on use TRANSPORT_LOST, TRANSPORT_TIMEOUT, TRANSPORT_FRAME,
 * TRANSPORT_ABORTED, TRANSPORT_CLOSED, BOX_REFUSED
 * @example
 * import { envFrom } from 'quancun';
 * declare const host: BoxHost; // write, onNotify, onDisconnect and close of a connected box
 * const transport = await bleBoxTransport(host, { env: envFrom(globalThis) });
 */
export async function bleBoxTransport(host: BoxHost, options: BleBoxOptions): Promise<Transport> {
  const { connectTimeoutMs = 5_000, answerTimeoutMs = 10_000 } = options;
  const dialect = dialectOf(options.dialect);
  const link = openLink(host, dialect, options.env);
  try {
    await link.greeted(connectTimeoutMs);
    await ask(link, dialect, Uint8Array.of(dialect.commands.handshake), {
      timeoutMs: connectTimeoutMs,
    });
  } catch (cause) {
    await link.close();
    const details = { address: 'Bluetooth' };
    throw new QuancunError(TRANSPORT_CONNECT, { details, sent: 'no', cause });
  }
  const inTurn = createTurns();
  const timed = (given: TransmitOptions = {}): Timed => {
    return { ...given, timeoutMs: given.timeoutMs ?? answerTimeoutMs };
  };
  const batch = (given: readonly Uint8Array[], options?: TransmitOptions) => {
    const commands = given.map((command) => copyOf(command));
    return inTurn(() => exchange(link, dialect, commands, timed(options)));
  };
  return {
    info: {
      kind: 'ble-box',
      maxBatch: MAX_BATCH,
      answerTimeoutMs,
      contactless: false,
      sessionDeadlineMs: options.env.now() + (options.sessionMs ?? 120_000),
    },
    transmit: async (command, given) => (await batch([command], given))[0] ?? new Uint8Array(0),
    transmitBatch: batch,
    reset: () =>
      inTurn(async () => {
        const message = Uint8Array.of(dialect.commands.reset);
        return (await ask(link, dialect, message, timed())).data;
      }),
    close: () => link.close(),
  };
}

/** One message: as many of the commands as may share it. */
async function exchange(
  link: BoxLink,
  dialect: BoxDialect,
  commands: readonly Uint8Array[],
  options: Timed,
): Promise<Uint8Array[]> {
  if (commands.length === 0) return [];
  const together = commands.slice(0, sharing(commands, dialect));
  const message = encodeCardMessage(together, dialect);
  const answer = await ask(link, dialect, message, options);
  const answers = readAnswers(link, dialect, answer, together.length);
  const stop = answers.findIndex((one) => statusWordOf(one) !== SW_OK);
  // What a box ran after a failure only read; nobody asked for it.
  return answers.slice(0, stop < 0 ? answers.length : stop + 1);
}

function readAnswers(
  link: BoxLink,
  dialect: BoxDialect,
  answer: BoxAnswer,
  asked: number,
): Uint8Array[] {
  try {
    const answers = decodeCardAnswer(answer, dialect).slice();
    const odd = answers.length === 0 || answers.length > asked;
    if (odd || answers.some(({ length }) => length < 2)) {
      throw new QuancunError(TRANSPORT_FRAME, { details: { problem: 'answers' }, sent: 'maybe' });
    }
    return answers;
  } catch (error) {
    link.lose();
    throw error;
  }
}

/**
 * How many commands may share a message. Unless the box is known to stop at a failure, only those
 * that do no harm after one may follow another: a CREDIT, a VERIFY or an UPDATE comes first.
 */
function sharing(commands: readonly Uint8Array[], dialect: BoxDialect): number {
  const count = Math.min(MAX_BATCH, fitting(commands, dialect));
  if (dialect.stopsAtFailure) return count;
  const harmful = commands.findIndex((command, at) => at > 0 && !isRepeatable(command));
  return harmful < 0 ? count : Math.min(count, harmful);
}

async function ask(
  link: BoxLink,
  dialect: BoxDialect,
  message: Uint8Array,
  options: Timed,
): Promise<BoxAnswer> {
  const [command = 0] = message;
  const bytes = await link.ask(message, options);
  let answer: BoxAnswer;
  try {
    answer = decodeAnswer(bytes, command, dialect);
  } catch (error) {
    link.lose();
    throw error;
  }
  if (answer.status === 0) return answer;
  // Nothing says what a box has done before it refused.
  const details = { command, status: answer.status };
  throw new QuancunError(BOX_REFUSED, { details, sent: 'maybe' });
}

function dialectOf(given: BleBoxOptions['dialect']): BoxDialect {
  return typeof given === 'object' ? given : BOX_DIALECTS[given ?? 'frame-33'];
}
