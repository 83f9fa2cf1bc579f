/** Another system that has the same load key, as another agent of the same issuer would. */
import { fromHex, readUint, toHex, writeUint } from '../../src/bytes.js';
import { desCipher } from '../../src/crypto/index.js';
import type { ForeignRecord } from '../../src/load/index.js';
import { computeLoadMac2, computeLoadSessionKey, creditForLoad } from '../../src/purse/index.js';
import type { VirtualCard } from '../../src/simulator/index.js';

/** Loads a 3DES card, and gives what that system's ledger would have of it. */
export function loadElsewhere(card: VirtualCard, amountFen: number): ForeignRecord {
  card.reset();
  const send = (hex: string): Uint8Array => card.exchange(fromHex(hex));
  send('00A40000021001');
  send('0020000006313233343536');
  const terminal = '000000000022';
  const opened = send(`805000020B01${toHex(writeUint(amountFen, 4))}${terminal}10`);
  const key = card.state.keys.find(({ use, index }) => use === 'load' && index === 1)?.value ?? '';
  const random = opened.slice(8, 12);
  const atc = readUint(opened, 4, 2);
  const session = computeLoadSessionKey(desCipher, fromHex(key), { random, onlineAtc: atc });
  const [date, time] = ['20260115', '120000'];
  const fields = { amountFen, transactionType: 2, terminal: fromHex(terminal) };
  const mac2 = computeLoadMac2(desCipher, session, { ...fields, date, time });
  const answer = card.exchange(creditForLoad.build({ date, time, mac2 }));
  const rawBalanceAfter = readUint(opened, 0, 4) + amountFen;
  return { atc, rawBalanceAfter, amountFen, terminal, date, time, tac: toHex(answer.slice(0, 4)) };
}
