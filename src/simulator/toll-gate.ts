/**
 * A toll gate: a lane with a PSAM that takes a toll by compound purchase, for tests that need money
 * to be spent between two visits.
 */
import * as v from 'valibot';
import { concat, copyOf, fromHex, readUint, toHex, writeUint } from '../bytes.js';
import { desCipher, sm4Cipher } from '../crypto/index.js';
import { QuancunError } from '../errors.js';
import { digitsOf, expectOptions, type Given, hexOf, objectOf, wholeOf } from '../json/index.js';
import { deriveKey, encipher, mac4, sameBytes } from './cryptograms.js';
import { TEST_ROOT_KEYS } from './test-keys.js';
import { TOLL_MAC2_WRONG, TOLL_REFUSED } from './errors.js';
import { MASTER_FILE, TOLL_APPLICATION } from '../etc/index.js';

const TOLL_GATE_OPTIONS = objectOf({
  amountFen: wholeOf(0, 0xffffffff),
  /** Terminal number of the PSAM, 12 hex digits. */
  terminal: v.optional(hexOf(6), '230001003701'),
  /** Transaction number of the PSAM. */
  terminalSerial: v.optional(wholeOf(0, 0xffffffff), 1),
  /** YYYYMMDD and hhmmss. */
  date: v.optional(digitsOf(8), '20260101'),
  time: v.optional(digitsOf(6), '120000'),
});

/** One passage. */
export interface TollGateOptions extends Given<typeof TOLL_GATE_OPTIONS> {}

/** What the lane keeps. */
export interface TollPassage {
  readonly balanceAfterFen: number;
  /** The offline counter this passage spent. */
  readonly offlineAtc: number;
  /** Hex, for clearing. */
  readonly tac: string;
}

/**
 * Takes a toll from a card: SELECT, EF 0015, INITIALIZE FOR CAPP PURCHASE, UPDATE CAPP DATA CACHE,
 * DEBIT FOR CAPP PURCHASE; checks the card's MAC2.
 * 模拟收费站：复合消费扣款。
 * @param exchange gives the card one command
 * @throws ARGUMENT_INVALID, TOLL_REFUSED, TOLL_MAC2_WRONG
 * @example
 * const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
 * card.reset();
 * const send = async (command: Uint8Array) => card.exchange(command);
 * const passage = await passTollGate(send, { amountFen: 950 });
 * passage.balanceAfterFen; // 4050
 */
export async function passTollGate(
  exchange: (command: Uint8Array) => Promise<Uint8Array>,
  options: TollGateOptions,
): Promise<TollPassage> {
  const asked = expectOptions(TOLL_GATE_OPTIONS, options, 'passTollGate');
  const { amountFen, terminal, terminalSerial, date, time } = asked;
  const send = async (hex: string): Promise<Uint8Array> => {
    const response = await exchange(fromHex(hex));
    const sw = toHex(response.slice(-2));
    if (sw !== '9000') throw new QuancunError(TOLL_REFUSED, { details: { sw } });
    return copyOf(response, 0, -2);
  };
  for (const fid of [MASTER_FILE, TOLL_APPLICATION]) {
    await send(`00A4000002${toHex(writeUint(fid, 2))}00`);
  }
  const issue = await send('00B095002B');
  const psam = openPsam(issue);
  const amount = toHex(writeUint(amountFen, 4));
  const opened = await send(`805003020B${psam.keyIndex}${amount}${terminal}0F`);
  await send(`80DCAAC82BAA29006201${'00'.repeat(38)}`);
  const serial = toHex(writeUint(terminalSerial, 4));
  const input = concat(opened.slice(11, 15), opened.slice(4, 6), fromHex(serial).slice(2));
  const session = psam.sessionKey(input);
  const mac1 = toHex(mac4(psam.cipher, session, fromHex(`${amount}09${terminal}${date}${time}`)));
  const debited = await send(`805401000F${serial}${date}${time}${mac1}08`);
  const mac2 = mac4(psam.cipher, session, fromHex(amount));
  if (!sameBytes(mac2, debited.slice(4, 8))) throw new QuancunError(TOLL_MAC2_WRONG);
  return {
    balanceAfterFen: readUint(opened, 0, 4) - amountFen,
    offlineAtc: readUint(opened, 4, 2),
    tac: toHex(debited.slice(0, 4)),
  };
}

/** The PSAM derives the card's purchase key from what EF 0015 says. */
function openPsam(issue: Uint8Array) {
  const sm4 = (issue[9] ?? 0) >> 4 === 5;
  const cipher = sm4 ? sm4Cipher : desCipher;
  const root = fromHex(TEST_ROOT_KEYS[sm4 ? 'sm4' : '3des'].purchaseKey);
  const issuer = concat(issue.slice(0, 4), issue.slice(0, 4));
  const key = deriveKey(cipher, deriveKey(cipher, root, issuer), issue.slice(12, 20));
  return {
    cipher,
    keyIndex: sm4 ? '41' : '01',
    sessionKey: (input: Uint8Array) =>
      sm4 ? deriveKey(cipher, key, input) : encipher(cipher, key, input),
  };
}
