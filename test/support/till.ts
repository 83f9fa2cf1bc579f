/**
 * A till with a QR provider in front of the shop's authority: what customers, callbacks, queries
 * and sweeps do to an order, told in one line each.
 */
import { createPayments, type SweepReport } from '../../src/server/index.js';
import { type GatewayPlan, simulatedGateway } from '../../src/testing/index.js';
import { fromHex, toHex } from '../../src/bytes.js';
import { isQuancunError } from '../../src/errors.js';
import { initializeForLoad } from '../../src/purse/index.js';
import { readCard, verifyPin } from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../src/transport/index.js';
import { issueInformation } from './http-messages.js';
import { openShop, type ShopOptions } from './shop.js';

/** The till. */
export type Till = ReturnType<typeof openTill>;

/** Opens it over a shop whose cards one issuer alone loads, and whose refunds a probe can prove. */
export function openTill(plan: GatewayPlan = {}, options: Partial<ShopOptions> = {}) {
  const policy = { issuer: 'sole', refundByProbe: true } as const;
  const shop = openShop({ card: { kind: '3des-4x' }, policy, ...options });
  const { authority, ledger, env } = shop;
  const gateway = simulatedGateway(plan);
  const payments = createPayments({ port: gateway, authority, ledger, env });
  let orders = 0;
  return {
    ...shop,
    gateway,
    payments,
    order: async (amountFen = 10_000): Promise<string> => {
      orders += 1;
      const { orderId } = await authority.createOrder({
        protocol: 1,
        idempotencyKey: `order-${String(orders)}`,
        issueInformation: issueInformation(),
        amountFen,
        outlet: 'bank',
      });
      return orderId;
    },
    /** The card's answer to what an order asks of it before any money. */
    answerCheck: async (asked: {
      readonly keyIndex: number;
      readonly terminal: string;
      readonly amountFen: number;
    }): Promise<string> => {
      shop.card.reset();
      const transport = withGetResponse(simulatorTransport(shop.card));
      const { issue } = await readCard(transport);
      await verifyPin(transport, '123456', issue.version);
      const init = { ...asked, terminal: fromHex(asked.terminal) };
      return toHex(await transport.transmit(initializeForLoad.build(init)));
    },
    /** Delivers what arrives; answers how each was taken. */
    deliver: async (): Promise<string[]> => {
      const taken: string[] = [];
      for (const callback of gateway.callbacks()) {
        const said = payments.takeCallback(callback).then(({ body }) => body, codeOf);
        taken.push(await said);
      }
      return taken;
    },
    state: async (orderId: string) => (await authority.getOrder(orderId))?.state,
    /** Time goes by, with a sweep now and then. */
    wait: async (durationMs: number, steps = 1): Promise<SweepReport | undefined> => {
      let last: SweepReport | undefined;
      for (let step = 0; step < steps; step += 1) {
        env.advance(Math.ceil(durationMs / steps));
        last = await payments.sweep();
      }
      return last;
    },
  };
}

/** The code of an error. */
export function codeOf(error: unknown): string {
  return isQuancunError(error) ? error.code : String(error);
}
