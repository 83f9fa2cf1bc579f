/** `purse purchase`: one purchase with the bench's keys. */
import { fromHex } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { formatYuan } from '../money.js';
import {
  computePurchaseMac1,
  computePurchaseSessionKey,
  debitForPurchase,
  initializeForPurchase,
  verifyPurchaseMac2,
  verifyPurchaseTac,
} from '../purse/index.js';
import { needKey } from './bench-keys.js';
import { type Output, wrongWord } from './output.js';
import type { PurseOptions } from './purse-options.js';
import { type Bench, must, presentPin, transactionWords, verdict } from './purse-bench.js';

const DEPOSIT_PURCHASE = 0x05;
const PURSE_PURCHASE = 0x06;

/** Runs a purchase; DEBIT FOR PURCHASE is sent once. */
export async function runPurchase(
  bench: Bench,
  options: PurseOptions,
  output: Output,
): Promise<boolean> {
  const { transport, keys, purse } = bench;
  const purchaseKey = needKey(keys, 'purchaseKey');
  const { amountFen, terminal, date, time } = transactionWords(options);
  const serialText = options.terminalSerial ?? '';
  if (!/^[0-9a-f]{8}$/i.test(serialText)) throw wrongWord('--terminal-serial', '8 hex digits');
  const terminalSerial = fromHex(serialText);
  // The deposit asks for the PIN; the purse does not (and VERIFY would cost a try).
  if (purse === 'ed') await presentPin(bench, output);
  const { keyIndex } = keys;
  const initialize = initializeForPurchase.build({ keyIndex, amountFen, terminal, purse });
  const session = must(
    'INITIALIZE FOR PURCHASE',
    initializeForPurchase.parse(await transport.transmit(initialize)),
  );
  const { random, offlineAtc, balanceFen } = session;
  const transactionType = purse === 'ed' ? DEPOSIT_PURCHASE : PURSE_PURCHASE;
  const sessionInputs = { random, offlineAtc, terminalSerial };
  const sessionKey = computePurchaseSessionKey(keys.cipher, purchaseKey, sessionInputs);
  const inputs = { amountFen, transactionType, terminal, date, time };
  const mac1 = computePurchaseMac1(keys.cipher, sessionKey, inputs);
  output.line({
    en: `balance ${formatYuan(balanceFen)}, offline ATC ${String(offlineAtc)}`,
    zh: `余额 ${formatYuan(balanceFen)}，脱机序号 ${String(offlineAtc)}`,
  });
  const debit = debitForPurchase.build({ terminalSerial, date, time, mac1 });
  const answer = must(
    'DEBIT FOR PURCHASE',
    debitForPurchase.parse(await transport.transmit(debit)),
  );
  const mac2Held = verifyPurchaseMac2(keys.cipher, sessionKey, { amountFen }, answer.mac2);
  verdict(output, 'MAC2', mac2Held);
  const tacInputs = { ...inputs, terminalSerial };
  const tacHeld =
    keys.tacKey === undefined
      ? undefined
      : verifyPurchaseTac(keys.cipher, keys.tacKey, tacInputs, answer.tac);
  if (tacHeld !== undefined) verdict(output, 'TAC ', tacHeld);
  output.event('purchased', { amountFen, offlineAtc, mac2Held, tacHeld: tacHeld ?? null });
  const wrong = !mac2Held ? 'MAC2' : tacHeld === false ? 'TAC' : undefined;
  if (wrong === undefined) return true;
  throw new QuancunError('CRYPTOGRAM_WRONG', { details: { what: wrong }, money: 'moved' });
}
