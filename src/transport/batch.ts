/**
 * Several commands as one: in one frame where the host can, one after the other where it cannot.
 */
import { statusWordOf, SW_OK } from '../apdu/index.js';
import { copyOf } from '../bytes.js';
import { expectTransport, transmitFrame, transmitOne } from './boundary.js';
import type { TransmitOptions, Transport } from './transport.js';

/**
 * Sends commands in order and stops after the first that does not answer 9000. Fewer answers than
 * commands: the rest were not sent.
 * 批量发送，遇到非 9000 即停止。
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
 * const commands = [fromHex('00A40000023F0000'), fromHex('00A4000002100100')];
 * const answers = await transmitAll(transport, commands);
 */
export async function transmitAll(
  transport: Transport,
  commands: readonly Uint8Array[],
  options?: TransmitOptions,
): Promise<Uint8Array[]> {
  expectTransport(transport);
  // The later ones go out when the caller may have wiped its own.
  const own = commands.map((command) => copyOf(command));
  const { maxBatch } = transport.info;
  const answers: Uint8Array[] = [];
  while (answers.length < own.length) {
    const rest = own.slice(answers.length);
    const got =
      transport.transmitBatch !== undefined && maxBatch > 1
        ? await transmitFrame(transport, rest.slice(0, maxBatch), options)
        : await sendOne(transport, rest, options);
    answers.push(...got);
    const last = answers[answers.length - 1];
    if (got.length === 0 || last === undefined || statusWordOf(last) !== SW_OK) break;
  }
  return answers;
}

async function sendOne(
  transport: Transport,
  rest: readonly Uint8Array[],
  options: TransmitOptions | undefined,
): Promise<Uint8Array[]> {
  const [command] = rest;
  return command === undefined ? [] : [await transmitOne(transport, command, options)];
}
