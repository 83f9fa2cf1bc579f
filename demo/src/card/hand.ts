/** The sceptic's hand: what it is about to do to the card, and when. */
import { reactive } from 'vue';
import { QuancunError } from 'quancun';
import { TRANSPORT_LOST, type Transport } from 'quancun/transport';
import { pullCard } from './pocket.js';

/** When the card is pulled out: just before it is written, or just after. */
export type Tear = 'none' | 'before-credit' | 'after-credit';

export const hand = reactive<{ tear: Tear }>({ tear: 'none' });

const CREDIT_FOR_LOAD = 0x52;

/** A reader out of which the hand can pull the card at the worst moment. */
export function withHand(reader: Transport): Transport {
  return {
    info: reader.info,
    close: () => reader.close(),
    transmit: async (command, options) => {
      const tear = command[1] === CREDIT_FOR_LOAD ? hand.tear : 'none';
      if (tear === 'none') return reader.transmit(command, options);
      hand.tear = 'none';
      if (tear === 'after-credit') await reader.transmit(command, options);
      pullCard();
      // The reader cannot tell the two apart, and says so.
      throw new QuancunError(TRANSPORT_LOST, { sent: 'maybe' });
    },
  };
}
