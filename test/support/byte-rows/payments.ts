/** Rows of the law of bytes: notifications of payment providers, as they come. */
import { createPayments } from '../../../src/server/index.js';
import { alipay } from '../../../src/server/payment/alipay/index.js';
import { wechatPay } from '../../../src/server/payment/wechat/index.js';
import { simulatedGateway } from '../../../src/testing/index.js';
import { OPTIONS as ALIPAY_OPTIONS } from '../../server/payment/alipay/till.js';
import { OPTIONS as WECHAT_OPTIONS } from '../../server/payment/wechat/till.js';
import { codeOf, openTill } from '../till.js';
import { type ByteRows, type Give } from '../byte-law.js';

const CALL = { signal: new AbortController().signal };
const forged = (give: Give) => ({
  ...{ headers: {}, query: '', bytes: give('7B2269223A317D'), body: '{"i":1}' },
});

async function paid() {
  const till = openTill();
  const orderId = await till.order();
  await till.payments.createQr(orderId);
  till.gateway.pay(orderId);
  const [callback] = till.gateway.callbacks();
  if (callback === undefined) throw new Error('no notification');
  return { till, callback };
}

export const PAYMENT_ROWS = {
  server: {
    createPayments: [
      async (give) => {
        const { till, callback } = await paid();
        const payments = createPayments({ ...till, port: till.gateway });
        return payments.takeCallback({ ...callback, bytes: give('7B7D') });
      },
    ],
  },
  wechat: {
    wechatPay: [(give) => wechatPay(WECHAT_OPTIONS).readCallback(forged(give), CALL).catch(codeOf)],
  },
  alipay: {
    alipay: [(give) => alipay(ALIPAY_OPTIONS).readCallback(forged(give), CALL).catch(codeOf)],
  },
  testing: {
    simulatedGateway: [(give) => simulatedGateway().readCallback(forged(give), CALL).catch(codeOf)],
  },
} as const satisfies Readonly<Record<string, ByteRows>>;
