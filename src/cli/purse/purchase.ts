/** `purse purchase`: one purchase with keys from a file. */
import { fromHex } from '../../bytes.js';
import { QuancunError } from '../../errors.js';
import { formatYuan } from '../../money.js';
import {
  computePurchaseMac1,
  computePurchaseSessionKey,
  debitForPurchase,
  getTransactionProve,
  initializeForPurchase,
  verifyPurchaseMac2,
  verifyPurchaseTac,
} from '../../purse/index.js';
import { type ToolKeys, needKey } from '../options/tool-keys.js';
import { asQuancunError, type Output, withMoney, wrongOption } from '../output.js';
import {
  type CardWork,
  codeWrongAfterwards,
  must,
  type OpenCard,
  presentPinOfKeys,
  verdict,
} from './work-on-card.js';
import { type PurseOptions, type Transaction, readTransaction } from './options.js';
import { PURCHASE_IN_DOUBT } from '../errors.js';

const DEPOSIT_PURCHASE = 0x05;
const PURSE_PURCHASE = 0x06;

/** A purchase that the card has answered; nothing has moved. */
interface OpenPurchase {
  readonly request: debitForPurchase.Request;
  readonly tacInputs: Parameters<typeof verifyPurchaseTac>[2];
  readonly sessionKey: Uint8Array;
  readonly offlineAtc: number;
}

/** Prepares a purchase; DEBIT FOR PURCHASE is sent once. */
export function preparePurchase(options: PurseOptions, keys: ToolKeys): CardWork {
  const purchaseKey = needKey(keys, 'purchaseKey');
  const transaction = readTransaction(options);
  const serialText = options.terminalSerial ?? '';
  if (!/^[0-9a-f]{8}$/i.test(serialText))
    throw wrongOption('--terminal-serial', { en: '8 hex digits', zh: '8 位十六进制数字' });
  const request = { ...transaction, terminalSerial: fromHex(serialText) };
  return async (card, output) => {
    const purchase = await withMoney('untouched', () => open(card, purchaseKey, request, output));
    const answer = await debit(card, purchase, output);
    return finish(card, purchase, answer, output);
  };
}

async function open(
  card: OpenCard,
  purchaseKey: Uint8Array,
  given: Transaction & { readonly terminalSerial: Uint8Array },
  output: Output,
): Promise<OpenPurchase> {
  const { transport, keys, purse } = card;
  const { cipher, keyIndex } = keys;
  const { amountFen, terminal, date, time, terminalSerial } = given;
  // The deposit asks for the PIN; the purse does not (and VERIFY would cost a try).
  if (purse === 'ed') await presentPinOfKeys(card, output);
  const initialize = initializeForPurchase.build({ keyIndex, amountFen, terminal, purse });
  const session = must(
    'INITIALIZE FOR PURCHASE',
    initializeForPurchase.parse(await transport.transmit(initialize)),
  );
  const { random, offlineAtc, balanceFen } = session;
  output.line({
    en: `balance ${formatYuan(balanceFen)}, offline ATC ${String(offlineAtc)}`,
    zh: `余额 ${formatYuan(balanceFen)}，脱机交易序号 ${String(offlineAtc)}`,
  });
  const transactionType = purse === 'ed' ? DEPOSIT_PURCHASE : PURSE_PURCHASE;
  const sessionInputs = { random, offlineAtc, terminalSerial };
  const sessionKey = computePurchaseSessionKey(cipher, purchaseKey, sessionInputs);
  const inputs = { amountFen, transactionType, terminal, date, time };
  const mac1 = computePurchaseMac1(cipher, sessionKey, inputs);
  const request = { terminalSerial, date, time, mac1 };
  return { request, tacInputs: { ...inputs, terminalSerial }, sessionKey, offlineAtc };
}

/**
 * From here on the card may have paid, whatever it answers: a status word is no evidence. Without
 * MAC2 and TAC the card is asked for its proof; nothing is sent again.
 * @throws PURCHASE_IN_DOUBT
 */
async function debit(
  card: OpenCard,
  purchase: OpenPurchase,
  output: Output,
): Promise<debitForPurchase.Answer> {
  try {
    const command = debitForPurchase.build(purchase.request);
    const response = await card.transport.transmit(command);
    return must('DEBIT FOR PURCHASE', debitForPurchase.parse(response));
  } catch (error) {
    const refusal = asQuancunError(error);
    output.line({
      en: `DEBIT FOR PURCHASE: ${refusal.message}. The card is asked what became of it.`,
      zh: `消费扣款：${refusal.messageZh}。向卡片核实结果。`,
    });
    const proof = await askProof(card, purchase).catch(() => undefined);
    if (proof === undefined) throw new QuancunError(PURCHASE_IN_DOUBT, { cause: refusal });
    output.line({ en: '805A shows MAC2: debited', zh: '805A 返回 MAC2：已扣款' });
    return proof;
  }
}

/** The counter after and the one before, and either half: cards disagree. MAC2 decides. */
async function askProof(
  { transport, keys }: OpenCard,
  { tacInputs, sessionKey, offlineAtc }: OpenPurchase,
): Promise<debitForPurchase.Answer | undefined> {
  const { transactionType, amountFen } = tacInputs;
  for (const atc of [offlineAtc + 1, offlineAtc]) {
    if (atc > 0xffff) continue;
    const command = getTransactionProve.build({ transactionType, atc });
    const answer = getTransactionProve.parse(await transport.transmit(command));
    if (!answer.ok) continue;
    const { mac, tac } = answer;
    for (const proof of [
      { mac2: mac, tac },
      { mac2: tac, tac: mac },
    ]) {
      if (verifyPurchaseMac2(keys.cipher, sessionKey, { amountFen }, proof.mac2)) return proof;
    }
  }
  return undefined;
}

/** MAC2 proves that the card paid; the TAC is for the clearing. */
function finish(
  { keys }: OpenCard,
  { tacInputs, sessionKey, offlineAtc }: OpenPurchase,
  answer: debitForPurchase.Answer,
  output: Output,
): boolean {
  const { amountFen } = tacInputs;
  const mac2Held = verifyPurchaseMac2(keys.cipher, sessionKey, { amountFen }, answer.mac2);
  verdict(output, 'MAC2', mac2Held);
  const tacHeld =
    keys.tacKey === undefined
      ? undefined
      : verifyPurchaseTac(keys.cipher, keys.tacKey, tacInputs, answer.tac);
  if (tacHeld !== undefined) verdict(output, 'TAC', tacHeld);
  output.event('purchased', { amountFen, offlineAtc, mac2Held, tacHeld: tacHeld ?? null });
  if (mac2Held && tacHeld !== false) return true;
  const what = mac2Held ? 'TAC' : 'MAC2';
  const money = mac2Held ? 'moved' : 'in-doubt';
  throw codeWrongAfterwards(what, money);
}
