/** What a till asks of a card and of the authority before money is taken. */
import { fromHex, toHex } from '../../../src/bytes.js';
import type { OrderView } from '../../../src/load/index.js';
import { initializeForLoad } from '../../../src/purse/index.js';
import { readCard, verifyPin } from '../../../src/terminal/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../../src/transport/index.js';
import type { office } from './office.js';

export type Counter = ReturnType<typeof office>;

let nonces = 0;
export const slipOf = (by: string) => {
  nonces += 1;
  return { nonce: { keyId: by, nonce: String(nonces), atMs: 0 }, who: { by } };
};

/** The card's answer to INITIALIZE with what the order says. */
export async function ask(
  counter: Counter,
  order: OrderView,
  terminal = order.check?.terminal ?? '',
) {
  counter.card.reset();
  const transport = withGetResponse(simulatorTransport(counter.card));
  const { issue } = await readCard(transport);
  await verifyPin(transport, '123456', issue.version);
  const { amountFen, check } = order;
  const keyIndex = check?.keyIndex ?? 1;
  const init = { keyIndex, amountFen, terminal: fromHex(terminal) };
  return toHex(await transport.transmit(initializeForLoad.build(init)));
}

export async function orderOf(counter: Counter, key?: string): Promise<OrderView> {
  const orderId = await counter.order(counter.authority, key);
  const view = await counter.authority.getOrder(orderId);
  if (view === undefined) throw new Error('no order');
  return view;
}

export async function begin(counter: Counter, order: OrderView, changes = {}, who?: string) {
  const response = await ask(counter, order);
  const authority =
    who === undefined ? counter.authority : counter.authority.forRequest(slipOf(who));
  const { orderId, cardNumber } = order;
  return authority.beginPayment({ protocol: 1, orderId, cardNumber, response, ...changes });
}
