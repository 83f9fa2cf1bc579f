/**
 * T=0 made invisible: 61xx is followed by GET RESPONSE, 6Cxx by the same command with the right Le,
 * where that is harmless. A command that moves money is never sent again: its 6Cxx is handed up.
 */
import { buildCommand, parseCommand, statusWordOf } from '../apdu/index.js';
import { concat, copyOf } from '../bytes.js';
import { isQuancunError, QuancunError, restated } from '../errors.js';
import { expectTransport, transmitOne } from './boundary.js';
import { isRepeatable } from './retry-policy.js';
import type { TransmitOptions, Transport } from './transport.js';
import { wrapTransmit } from './wrap.js';
import { TRANSPORT_CHAIN } from './errors.js';

/** An honest card chains once; four leave room for odd ones, and end hostile ones. */
const MAX_CHAINED = 4;
const SW1_MORE = 0x61;
const SW1_WRONG_LE = 0x6c;

/**
 * Wraps a transport so that 61xx and 6Cxx are dealt with.
 * 处理 T=0 的 61xx 与 6Cxx。
 *
 * Commands with data and Le go out without Le when the driver says `protocol: 'T=0'`: such a
 * reader carries one length byte only.
 * @throws TRANSPORT_CHAIN, and whatever the transport throws; a loss during GET RESPONSE says
 * `sent: 'yes'`, because the command itself was executed
 * @example
 * import { createVirtualCard, personalise, withT0 } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const card = withT0(createVirtualCard(personalise({ kind: '3des-4x' })));
 * const transport = withGetResponse(simulatorTransport(card));
 */
export function withGetResponse(transport: Transport): Transport {
  expectTransport(transport);
  const isT0 = transport.info.protocol === 'T=0';
  const shorten = (command: Uint8Array): Uint8Array => (isT0 ? withoutLe(command) : command);
  const finish = async (
    command: Uint8Array,
    response: Uint8Array,
    options: TransmitOptions | undefined,
  ): Promise<Uint8Array> => {
    const sw = statusWordOf(response);
    if (sw >> 8 === SW1_WRONG_LE && isRepeatable(command)) {
      const again = await transmitOne(transport, withLe(command, sw & 0xff), options);
      return fetchRest(transport, again, options);
    }
    return fetchRest(transport, response, options);
  };
  return wrapTransmit(
    transport,
    async (command, options) =>
      finish(command, await transmitOne(transport, shorten(command), options), options),
    // A batch stops at 61xx and 6Cxx: only its last answer can be one of them.
    (send) => async (commands, options) => {
      const answers = await send(commands.map(shorten), options);
      const last = answers.length - 1;
      const [command, response] = [commands[last], answers[last]];
      if (command === undefined || response === undefined) return answers;
      return [...answers.slice(0, last), await finish(command, response, options)];
    },
  );
}

async function fetchRest(
  transport: Transport,
  response: Uint8Array,
  options: TransmitOptions | undefined,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let current = response;
  for (let count = 0; count <= MAX_CHAINED; count += 1) {
    const sw = statusWordOf(current);
    if (sw >> 8 !== SW1_MORE) return concat(...parts, current);
    parts.push(copyOf(current, 0, -2));
    current = await getResponse(transport, sw & 0xff, options);
  }
  throw new QuancunError(TRANSPORT_CHAIN, { sent: 'yes' });
}

/** The command that is being finished was executed, whatever happens to this one. */
async function getResponse(
  transport: Transport,
  ne: number,
  options: TransmitOptions | undefined,
): Promise<Uint8Array> {
  try {
    return await transmitOne(transport, Uint8Array.of(0x00, 0xc0, 0x00, 0x00, ne), options);
  } catch (error) {
    if (!isQuancunError(error)) throw error;
    throw restated(error, { sent: 'yes', money: 'in-doubt', cause: error });
  }
}

/** Case 4 becomes case 3: the answer's length comes with 61xx. */
function withoutLe(command: Uint8Array): Uint8Array {
  const { cla, ins, p1, p2, data, ne } = parseCommand(command);
  return data.length > 0 && ne > 0 && data.length <= 0xff
    ? buildCommand({ cla, ins, p1, p2, data })
    : command;
}

/** The same command with another Le. */
function withLe(command: Uint8Array, le: number): Uint8Array {
  return buildCommand({ ...parseCommand(command), ne: le === 0 ? 0x100 : le });
}
