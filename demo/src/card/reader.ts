/** The reader of this device: the simulated card of the page, or a card behind the bridge. */
import { QuancunError } from 'quancun';
import {
  CARD_ABSENT,
  TRANSPORT_LOST,
  type Transport,
  withGetResponse,
  withQueue,
} from 'quancun/transport';
import { createCodeChecker } from 'quancun/explain';
import { simulatorTransport } from 'quancun/transport/simulator';
import { env } from '../app/server.js';
import { site } from '../app/site.js';
import { openBridge } from './bridge.js';
import { withHand } from './hand.js';
import { cardInReader, keysOfCard, pocket } from './pocket.js';
import { withTimeline } from './timeline.js';

/** Opens the reader with the card that is in it. @throws CARD_ABSENT */
export async function openReader(): Promise<Transport> {
  if (site().reader === 'pcsc') {
    // Its keys are nobody's here: nothing is recomputed.
    const reader = withTimeline(await openBridge(), undefined);
    return withQueue(withGetResponse(reader), env);
  }
  const keys = keysOfCard();
  const check = keys === undefined ? undefined : createCodeChecker(keys);
  return withQueue(withGetResponse(withTimeline(openSimulated(), check)), env);
}

/** A visit of a card ends with the card: what was opened for it reaches no other one. */
function openSimulated(): Transport {
  const card = cardInReader();
  if (card === undefined) throw new QuancunError(CARD_ABSENT, { sent: 'no' });
  const reader = withHand(simulatorTransport(card));
  const { visits } = pocket;
  return {
    ...reader,
    transmit: (command, options) => {
      if (pocket.visits === visits) return reader.transmit(command, options);
      return Promise.reject(new QuancunError(TRANSPORT_LOST, { sent: 'no' }));
    },
  };
}

/** Does something with the card, and lets go of the reader. */
export async function withCard<T>(work: (transport: Transport) => Promise<T>): Promise<T> {
  const transport = await openReader();
  try {
    return await work(transport);
  } finally {
    await transport.close().catch(() => undefined);
  }
}
