/** `read`: the card as a person wants it, and whether it can be recharged. */
import type { Command } from 'commander';
import {
  cardTypeName,
  ef0018,
  networkName,
  plateColourName,
  STORED_VALUE_CARD,
  surfaceCardNumber,
} from '../etc/index.js';
import { CHINA_UTC_OFFSET_MINUTES, hostTime } from '../load/index.js';
import { formatYuan } from '../money.js';
import { maskCardNumber } from '../redact.js';
import { type CardReading, checkCard, readCard } from '../terminal/index.js';
import { CARD_HELP, openCard } from './options/card-url.js';
import { type CommonOptions, type Output, withMoney } from './output.js';
import { expectPin } from './options/pin.js';
import { wholeNumber } from './options/whole-number.js';
import { recordTexts } from './record-texts.js';
import { configure, nodeEnv } from './run.js';

interface ReadOptions extends CommonOptions {
  readonly card: string;
  readonly full?: boolean;
  readonly records: string;
  readonly pin?: string;
}

/** Adds `read`. */
export function registerRead(program: Command): void {
  const command = program
    .command('read')
    .description('read a card: number, plate, kind, validity, balance, holder, last records')
    .requiredOption('--card <card>', CARD_HELP)
    .option('--full', 'show card number, plate and holder unmasked')
    .option('--records <n>', 'how many log records', '5')
    .option('--pin <digits>', 'the PIN, for cards that ask for it before their log');
  configure<ReadOptions>(command, 'read --card sim:', async (_args, options, output) => {
    const { pin, full = false } = options;
    const records = wholeNumber('--records', options.records, ef0018.MAX_RECORDS);
    if (pin !== undefined) expectPin(pin);
    const wanted = { holder: true, records, ...(pin === undefined ? {} : { pin }) };
    await withMoney('untouched', async () => {
      const transport = await openCard(options.card);
      try {
        showReading(await readCard(transport, wanted), full, output);
      } finally {
        await transport.close();
      }
    });
    return true;
  });
}

/** Prints a reading. Masked unless `full`: a screen is seen by more than one person. */
export function showReading(reading: CardReading, full: boolean, output: Output): void {
  const { issue, balanceFen, topBit, holder, records } = reading;
  const today = hostTime(nodeEnv.now(), CHINA_UTC_OFFSET_MINUTES).date;
  const check = checkCard(issue, today);
  const number = full ? surfaceCardNumber(issue) : maskCardNumber(issue.cardNumber);
  const plate = full ? issue.plate : maskPlate(issue.plate);
  const row = (en: string, zh: string, value: string): void => {
    output.line({ en: `${en.padEnd(12)}${value}`, zh: `${zh}\t${value}` });
  };
  row('card', '卡号', `${number}  ${networkName(issue.network)?.zh ?? issue.network}`);
  row(
    'kind',
    '卡种',
    `${cardTypeName(issue.cardType)?.[output.lang] ?? String(issue.cardType)}  v${issue.version}`,
  );
  row('plate', '车牌', `${plate}  ${plateColourName(issue.plateColour)?.[output.lang] ?? ''}`);
  row('valid', '有效期', `${issue.startDate} – ${issue.endDate}`);
  row('balance', '余额', `${formatYuan(balanceFen)}${topBit ? ' (top bit set)' : ''}`);
  const name = full ? holder?.holderName : maskName(holder?.holderName ?? '');
  if (holder !== undefined) row('holder', '持卡人', name ?? '');
  for (const record of records ?? []) output.line(recordTexts(record));
  if (check.rechargeable) {
    output.line({
      en: 'Kind and dates of this card allow a recharge.',
      zh: '卡种、有效期符合充值条件。',
    });
  }
  for (const reason of check.errors) {
    const { message: en, messageZh: zh } = reason;
    output.line({ en: `Cannot be recharged: ${en}`, zh: `不能充值：${zh}` });
  }
  const facts = {
    plateColour: issue.plateColour,
    cardType: issue.cardType,
    storedValue: issue.cardType === STORED_VALUE_CARD,
    version: issue.version,
    startDate: issue.startDate,
    endDate: issue.endDate,
    balanceFen,
    rechargeable: check.rechargeable,
    reasons: check.reasons,
  };
  // Masked above, or asked for whole. A log names no person.
  const shown = { number, plate, holder: holder === undefined ? null : name };
  output.event('card', facts, { ...shown, records: records ?? null });
}

/** Province and last two characters stay. */
function maskPlate(plate: string): string {
  return plate.length <= 3
    ? plate
    : `${plate.slice(0, 2)}${'*'.repeat(plate.length - 4)}${plate.slice(-2)}`;
}

/** The family name stays. */
function maskName(name: string): string {
  return name === '' ? '' : `${name.slice(0, 1)}${'*'.repeat(Math.max(1, name.length - 1))}`;
}
