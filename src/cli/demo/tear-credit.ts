/** A reader that loses its card at CREDIT FOR LOAD, just before it or just after. */
import { QuancunError } from '../../errors.js';
import type { Transport } from '../../transport/index.js';
import { TRANSPORT_LOST } from '../../transport/errors.js';

/** When the card is lost: before the command reaches it, or before its answer comes back. */
export type Tear = 'before' | 'after';

const CREDIT_FOR_LOAD = 0x52;

/** Wraps a transport; `due` says whether the credit that is about to be sent is torn. */
export function tearCredit(transport: Transport, due: () => Tear | undefined): Transport {
  let lost = false;
  return {
    info: transport.info,
    close: () => transport.close(),
    transmit: async (command, options) => {
      if (lost) throw new QuancunError(TRANSPORT_LOST, { sent: 'no' });
      const tear = command[1] === CREDIT_FOR_LOAD ? due() : undefined;
      if (tear === undefined) return transport.transmit(command, options);
      lost = true;
      if (tear === 'after') await transport.transmit(command, options);
      // The reader cannot tell the two apart, and says so.
      throw new QuancunError(TRANSPORT_LOST, { sent: 'maybe' });
    },
  };
}
