/**
 * T=0 in front of a card: an answer to a command with data waits for GET RESPONSE (61xx), and a
 * wrong Le is told the right one (6Cxx).
 */
import { concat, copyOf } from '../bytes.js';
import { receive } from './received.js';
import type { VirtualCard } from './virtual-card.js';

const GET_RESPONSE = 0xc0;

/**
 * Makes a card behave as on a T=0 reader.
 * T=0 行为：61xx 与 6Cxx。
 * @example
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * import { withGetResponse } from 'quancun/transport';
 * const card = withT0(createVirtualCard(personalise({ kind: '3des-4x' })));
 * const transport = withGetResponse(simulatorTransport(card));
 */
export function withT0(card: VirtualCard): VirtualCard {
  let waiting = new Uint8Array(0);
  const exchange = (bytes: Uint8Array): Uint8Array => {
    const command = receive(bytes);
    if (command?.ins === GET_RESPONSE && command.cla === 0x00) return fetch(command.le ?? 256);
    waiting = new Uint8Array(0);
    if (command === undefined) return card.exchange(bytes);
    const response = card.exchange(bytes);
    const data = copyOf(response, 0, -2);
    const sw = copyOf(response, -2);
    if (data.length === 0) return response;
    if (command.data.length > 0) {
      waiting = data;
      // Only a success announces its data; another status word keeps its meaning.
      return sw[0] === 0x90 ? Uint8Array.of(0x61, data.length & 0xff) : sw;
    }
    const asked = command.le ?? 256;
    return asked === data.length ? response : Uint8Array.of(0x6c, data.length & 0xff);
  };
  const fetch = (size: number): Uint8Array => {
    if (waiting.length === 0) return Uint8Array.of(0x6f, 0x00);
    if (size > waiting.length) return Uint8Array.of(0x6c, waiting.length & 0xff);
    const data = waiting.slice(0, size);
    waiting = waiting.slice(size);
    const rest = waiting.length;
    return concat(data, rest === 0 ? Uint8Array.of(0x90, 0) : Uint8Array.of(0x61, rest & 0xff));
  };
  return {
    get state() {
      return card.state;
    },
    reset: () => {
      waiting = new Uint8Array(0);
      return card.reset();
    },
    exchange,
  };
}
