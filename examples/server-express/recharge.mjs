/** A recharge through that server: the library's client, and a simulated card. */
import { readFileSync } from 'node:fs';
import { envFrom, formatYuan, parseYuan, recharge, serverClient } from 'quancun';
import { createVirtualCard, personalise } from 'quancun/simulator';
import { simulatorTransport } from 'quancun/transport/simulator';

const { DATA = 'data', PORT = '8080' } = process.env;
const env = envFrom(globalThis);
const { keyId, secret } = JSON.parse(readFileSync(`${DATA}/terminal.json`, 'utf8'));
// A new card each time: the server remembers the counter of every card that it has seen.
const cardNumber = `620122${String(Date.now()).slice(-10)}`;
const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000, cardNumber }));

const result = await recharge({
  transport: simulatorTransport(card),
  authority: serverClient({ url: `http://127.0.0.1:${PORT}`, fetch, env, keyId, secret }),
  env,
  terminal: '000440101001',
  pin: '123456',
  amountFen: parseYuan('100'),
  outlet: 'self',
  takePayment: async ({ orderId, amountFen }) => {
    return { provider: 'pos', transactionId: orderId, amountFen };
  },
});
if (result.outcome !== 'credited') throw result.error;
const { balanceAfterFen, provedBy } = result;
console.log(`credited, proved by the ${provedBy}; balance ${formatYuan(balanceAfterFen)}`);
