/** `purse balance`, `purse prove` and `purse log`: what a card answers when it is only asked. */
import { readRecord } from '../apdu/index.js';
import { toHex } from '../bytes.js';
import { ef0018 } from '../etc/index.js';
import { formatYuan } from '../money.js';
import { getBalance, getTransactionProve } from '../purse/index.js';
import { type Output, wrongWord } from './output.js';
import type { PurseOptions } from './purse-options.js';
import { type Bench, must, presentPin } from './purse-bench.js';
import { recordWords } from './record-words.js';

const MAX_RECORDS = 50;

/** GET BALANCE. */
export async function showBalance(
  bench: Bench,
  _options: PurseOptions,
  output: Output,
): Promise<boolean> {
  const { transport, purse } = bench;
  if (purse === 'ed') await presentPin(bench, output);
  const answer = getBalance.parse(await transport.transmit(getBalance.build({ purse })));
  const { balanceFen, topBit } = must('GET BALANCE', answer);
  output.line(formatYuan(balanceFen));
  if (topBit) {
    output.line({
      en: 'The top bit of the balance is set: a flag on some cards, not money.',
      zh: '余额最高位为 1：部分卡片的标志位，不是金额。',
    });
  }
  output.event('balance', { balanceFen, topBit });
  return true;
}

/** GET TRANSACTION PROVE. */
export async function showProof(
  bench: Bench,
  options: PurseOptions,
  output: Output,
): Promise<boolean> {
  const transactionType = wholeNumber('--type', options.type, 0xff);
  const atc = wholeNumber('--atc', options.atc, 0xffff);
  const command = getTransactionProve.build({ transactionType, atc });
  const answer = getTransactionProve.parse(await bench.transport.transmit(command));
  const { mac, tac } = must('GET TRANSACTION PROVE', answer);
  output.line(`MAC ${toHex(mac)}\nTAC ${toHex(tac)}`);
  output.event('proof', { transactionType, atc, mac: toHex(mac), tac: toHex(tac) });
  return true;
}

/** EF 0018, newest first, until the card says there are no more. */
export async function showLog(
  bench: Bench,
  _options: PurseOptions,
  output: Output,
): Promise<boolean> {
  await presentPin(bench, output);
  for (let record = 1; record <= MAX_RECORDS; record += 1) {
    const command = readRecord.build({ record, sfi: ef0018.SFI, ne: ef0018.SIZE_BYTES });
    const answer = readRecord.parse(await bench.transport.transmit(command));
    if (!answer.ok && record > 1) break;
    const { data } = must('READ RECORD', answer);
    if (ef0018.isEmpty(data)) continue;
    const entry = ef0018.decode(data);
    output.line(recordWords(entry));
    output.event('record', { record, ...entry });
  }
  return true;
}

function wholeNumber(option: string, text: string | undefined, max: number): number {
  const value = Number(text);
  const expected = `a whole number from 0 to ${String(max)}`;
  if (text === undefined || !/^\d+$/.test(text) || value > max) throw wrongWord(option, expected);
  return value;
}
