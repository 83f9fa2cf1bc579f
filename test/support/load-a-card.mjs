/**
 * A recharge of a simulated card by whichever runtime starts this: `import` or `require` of what
 * was built, Chinese text, both ciphers. Prints what came of it as one line of JSON.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [how, dist = ''] = process.argv.slice(2);
const require = createRequire(import.meta.url);
/** @param {string} name */
const load = (name) =>
  how === 'import'
    ? import(pathToFileURL(join(dist, `${name}.js`)).href)
    : require(join(dist, `${name}.cjs`));

const { envFrom, formatYuan, readCard, recharge } = await load('index');
const { createVirtualCard, personalise } = await load('simulator');
const { createTestAuthority } = await load('testing');
const { simulatorTransport } = await load('transport/simulator');

const said = [];
for (const kind of ['3des-4x', 'sm4-5x']) {
  const env = envFrom(globalThis);
  const card = createVirtualCard(personalise({ kind, balanceFen: 5000 }));
  const { authority } = createTestAuthority({ env });
  const transport = simulatorTransport(card);
  const result = await recharge({
    ...{ transport, authority, env, terminal: '000440101001', pin: '123456' },
    ...{ amountFen: 10_000, outlet: 'self' },
    /** @param {{ orderId: string, amountFen: number }} order */
    takePayment: async ({ orderId, amountFen }) => {
      return { provider: 'pos', transactionId: orderId, amountFen };
    },
  });
  const { issue, balanceFen } = await readCard(simulatorTransport(card));
  said.push([result.outcome, result.provedBy, formatYuan(balanceFen), issue.plate].join(' '));
}
console.log(JSON.stringify(said));
