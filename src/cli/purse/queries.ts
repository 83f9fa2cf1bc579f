/** `purse balance`, `purse prove` and `purse log`: what a card answers when it is only asked. */
import { readRecord } from '../../apdu/index.js';
import { toHex } from '../../bytes.js';
import { ef0018 } from '../../etc/index.js';
import { formatYuan } from '../../money.js';
import { getBalance, getTransactionProve } from '../../purse/index.js';
import { type Output, withMoney } from '../output.js';
import { type OpenCard, type CardWork, must, presentPinOfKeys } from './work-on-card.js';
import { wholeNumber } from '../options/whole-number.js';
import { recordTexts } from '../record-texts.js';
import type { PurseOptions } from './options.js';

const MAX_RECORDS = 50;

/** GET BALANCE. */
export function prepareBalance(): CardWork {
  return asking(showBalance);
}

/** GET TRANSACTION PROVE. */
export function prepareProof(options: PurseOptions): CardWork {
  const transactionType = wholeNumber('--type', options.type, 0xff);
  const atc = wholeNumber('--atc', options.atc, 0xffff);
  return asking((card, output) => showProof(card, { transactionType, atc }, output));
}

/** EF 0018, newest first, until the card says there are no more. */
export function prepareLog(): CardWork {
  return asking(showLog);
}

/** Whatever goes wrong while a card is only asked, no money has moved. */
function asking(show: (card: OpenCard, output: Output) => Promise<void>): CardWork {
  return async (card, output) => {
    await withMoney('untouched', () => show(card, output));
    return true;
  };
}

async function showBalance(card: OpenCard, output: Output): Promise<void> {
  const { transport, purse } = card;
  if (purse === 'ed') await presentPinOfKeys(card, output);
  const answer = getBalance.parse(await transport.transmit(getBalance.build({ purse })));
  const { balanceFen, topBit } = must('GET BALANCE', answer);
  output.line(formatYuan(balanceFen));
  if (topBit) {
    output.line({
      en: 'The top bit of the balance is set: a flag on some cards, a sign on others.',
      zh: '余额最高位为 1：部分卡片的标志位，另一些卡片的负号。',
    });
  }
  output.event('balance', { balanceFen, topBit });
}

async function showProof(
  card: OpenCard,
  request: getTransactionProve.Request,
  output: Output,
): Promise<void> {
  const command = getTransactionProve.build(request);
  const answer = getTransactionProve.parse(await card.transport.transmit(command));
  const { mac, tac } = must('GET TRANSACTION PROVE', answer);
  output.line(`MAC ${toHex(mac)}\nTAC ${toHex(tac)}`);
  output.event('proof', { ...request, mac: toHex(mac), tac: toHex(tac) });
}

async function showLog(card: OpenCard, output: Output): Promise<void> {
  await presentPinOfKeys(card, output);
  for (let record = 1; record <= MAX_RECORDS; record += 1) {
    const command = readRecord.build({ record, sfi: ef0018.SFI, ne: ef0018.SIZE_BYTES });
    const answer = readRecord.parse(await card.transport.transmit(command));
    if (!answer.ok && record > 1) break;
    const { data } = must('READ RECORD', answer);
    if (ef0018.isEmpty(data)) continue;
    const entry = ef0018.decode(data);
    output.line(recordTexts(entry));
    // A log names no person: the terminal's twelve digits are not masked.
    output.event('record', { record }, { ...entry });
  }
}
