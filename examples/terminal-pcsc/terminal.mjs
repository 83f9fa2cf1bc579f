/**
 * A counter's terminal: the card lies in a PC/SC reader, the cashier answers at the keyboard.
 *
 *   npm start -- 100      充值: recharges 100 yuan
 *   npm start -- load     圈存: finishes the order that the card still has open
 *
 * QUANCUN_SERVER is the server's address, QUANCUN_CREDENTIALS the terminal's file
 * ({ "keyId", "secret" }), QUANCUN_TERMINAL its number of twelve hex digits.
 */
import { promises as files, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import pcsc from 'smartcard';
import {
  envFrom,
  formatYuan,
  isQuancunError,
  load,
  parseYuan,
  recharge,
  serverClient,
} from 'quancun';
import { fileIntentStore, submitPayment } from 'quancun/terminal';
import { withGetResponse, withQueue } from 'quancun/transport';
import { openPcscReader } from 'quancun/transport/pcsc';

const {
  QUANCUN_SERVER: url = 'http://127.0.0.1:8080',
  QUANCUN_CREDENTIALS: credentials = 'terminal.json',
  QUANCUN_TERMINAL: terminal = '000440101001',
} = process.env;

const keyboard = createInterface({ input: process.stdin });
const typed = keyboard[Symbol.asyncIterator]();

/** Yes or no of the cashier. @param {string} question */
async function confirm(question) {
  console.log(`${question} [y/n]`);
  return /^y/i.test((await typed.next()).value ?? '');
}

async function main(word) {
  const env = envFrom(globalThis);
  const { keyId, secret } = JSON.parse(readFileSync(credentials, 'utf8'));
  const context = new pcsc.Context();
  const reader = await openPcscReader(context, { timeoutMs: 30_000 });
  const transport = withQueue(withGetResponse(reader), env);
  try {
    return await atTheCounter(word, {
      ...{ transport, env, terminal, pin: '123456' },
      authority: serverClient({ url, fetch, env, keyId, secret }),
      // What was taken survives a crash and a power cut.
      intents: fileIntentStore(files, 'intents.json'),
      onStage: (stage) => console.log(`… ${stage}`),
    });
  } finally {
    await transport.close(); // resets the card: no verified PIN is left behind
    context.close();
  }
}

async function atTheCounter(word, visit) {
  if (word === 'load') return load(visit);
  const result = await recharge({
    ...visit,
    amountFen: parseYuan(word),
    outlet: 'self',
    confirmCard: ({ issue, balanceFen }) =>
      confirm(`${issue.plate}, ${formatYuan(balanceFen)} yuan on the card. Is it this one?`),
    takePayment: async ({ orderId, amountFen }) =>
      (await confirm(`Take ${formatYuan(amountFen)} yuan in cash. Taken?`))
        ? { provider: 'cash', transactionId: orderId, amountFen }
        : undefined, // nothing was taken
  });
  if (result.outcome !== 'held' || result.unconfirmedPayment === undefined) return result;
  // Taken, and not booked: this very payment is booked, and no other is taken.
  const booked = await submitPayment(visit, result.orderId, result.unconfirmedPayment);
  return booked.outcome === 'booked' ? load(visit) : booked;
}

try {
  const result = await main(process.argv[2] ?? 'load');
  if (result.outcome === 'credited') {
    // The card proved it. What it holds now it says only while it lies in the reader.
    const { balanceAfterFen: fen } = result;
    console.log(`credited ${fen === undefined ? '' : `balance ${formatYuan(fen)}`}`.trim());
  } else {
    // `next` is the cashier's next act. CREDIT FOR LOAD is never sent again by hand: 圈存 decides.
    const { error, paid, next } = result;
    console.log(`${result.outcome} paid=${paid} next=${next}\n${error.message}. ${error.hint.en}`);
    process.exitCode = 1;
  }
} catch (error) {
  if (!isQuancunError(error)) throw error;
  console.log(`${error.code}: ${error.message}. ${error.hint.en}`);
  process.exitCode = 1;
} finally {
  keyboard.close();
}
