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
import { type CommonOptions, type Output, type Texts, withMoney } from './output.js';
import { expectPin, PIN_FORM_HELP, pinFormOption } from './options/pin.js';
import { SELECT_HELP, selectOption } from './options/select.js';
import { wholeNumber } from './options/whole-number.js';
import { recordTexts } from './record-texts.js';
import { configure, nodeEnv } from './run.js';

interface ReadOptions extends CommonOptions {
  readonly card: string;
  readonly full?: boolean;
  readonly records: string;
  readonly pin?: string;
  readonly pinForm?: string;
  readonly select?: string;
}

/** Adds `read`. */
export function registerRead(program: Command): void {
  const command = program
    .command('read')
    .description('read a card: number, plate, kind, validity, balance, holder, last records')
    .requiredOption('--card <card>', CARD_HELP)
    .option('--full', 'show card number, plate and holder unmasked')
    .option('--records <n>', 'how many log records', '5')
    .option('--pin <digits>', 'the PIN, for cards that ask for it before their log')
    .option('--pin-form <form>', PIN_FORM_HELP)
    .option('--select <list>', SELECT_HELP);
  configure<ReadOptions>(command, 'read --card sim:', async (_args, options, output) => {
    const { pin, full = false } = options;
    const records = wholeNumber('--records', options.records, ef0018.MAX_RECORDS);
    if (pin !== undefined) expectPin(pin);
    const wanted = {
      ...{ holder: true, records, ...(pin === undefined ? {} : { pin }) },
      ...pinFormOption(options.pinForm),
      ...selectOption(options.select),
    };
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
  const { issue, balanceFen, balanceError, holder, records } = reading;
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
  row('balance', '余额', output.pick(balanceTexts(reading)));
  const name = full ? holder?.holderName : maskName(holder?.holderName ?? '');
  if (holder !== undefined) row('holder', '持卡人', name ?? '');
  for (const record of records ?? []) output.line(recordTexts(record));
  // A balance that is refused is refused to a recharge as well.
  const errors = [...check.errors, ...(balanceError === undefined ? [] : [balanceError])];
  if (errors.length === 0) {
    output.line({
      en: 'Kind and dates of this card allow a recharge.',
      zh: '卡种、有效期符合充值条件。',
    });
  }
  for (const reason of errors) {
    const { message: en, messageZh: zh } = reason;
    output.line({ en: `Cannot be recharged: ${en}`, zh: `不能充值：${zh}` });
  }
  const facts = {
    plateColour: issue.plateColour ?? null,
    cardType: issue.cardType,
    storedValue: issue.cardType === STORED_VALUE_CARD,
    version: issue.version,
    startDate: issue.startDate,
    endDate: issue.endDate,
    balanceFen: balanceFen ?? null,
    rechargeable: errors.length === 0,
    reasons: errors.map(({ code }) => code),
  };
  // Masked above, or asked for whole. A log names no person.
  const shown = { number, plate, holder: holder === undefined ? null : name };
  output.event('card', facts, { ...shown, records: records ?? null });
}

/** The money; or why these four bytes are none. */
function balanceTexts({ balanceFen, rawBalance, topBit, balanceError }: CardReading): Texts {
  if (balanceFen !== undefined) {
    const yuan = formatYuan(balanceFen);
    return topBit
      ? { en: `${yuan} (top bit set)`, zh: `${yuan}（最高位为 1）` }
      : { en: yuan, zh: yuan };
  }
  if (balanceError !== undefined) {
    const { message: en, messageZh: zh } = balanceError;
    return { en: `not read: ${en}`, zh: `未读出：${zh}` };
  }
  const hex = (rawBalance ?? 0).toString(16).toUpperCase().padStart(8, '0');
  return {
    en: `none: a pass card counts what it was billed (${hex})`,
    zh: `无：记账卡的累计数，不是余额（${hex}）`,
  };
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
