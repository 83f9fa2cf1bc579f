/** `office close-day`: 日结 of an outlet, by what was counted. */
import type { Command } from 'commander';
import { parseYuan } from '../../money.js';
import type { CloseDayRequest, DayReport } from '../../messages/index.js';
import { openOffice } from '../options/server-options.js';
import { fromOption, type Output, wrongOption } from '../output.js';
import { configureOffice } from './as-person.js';
import {
  confirmed,
  type ConfirmedOptions,
  EXAMPLE,
  expectYes,
  officeCommand,
  readDay,
} from './command.js';
import { readCounted } from './counted.js';
import { tellDay } from './tell-day.js';

interface CloseOptions extends ConfirmedOptions {
  readonly outlet: string;
  readonly day: string;
  readonly counted?: string;
  readonly correct?: readonly string[];
  readonly reason?: string;
  readonly approve?: boolean;
}

const CORRECT = '2026-11-23,cash,-50.00,REASON';

/** Adds it. */
export function registerCloseDay(office: Command): void {
  const command = confirmed(
    officeCommand(office, 'close-day', '日结: closes a day, once and for ever'),
  )
    .requiredOption('--outlet <name>', 'as the orders have it')
    .requiredOption('--day <date>', 'YYYY-MM-DD, in China; days are closed in order')
    .option('--counted <list>', 'what was counted, such as cash=1234.50,pos=100')
    .option('--reason <text>', 'why it differs from the books; a second person approves')
    .option('--correct <correction...>', `a closed day's difference, found since: ${CORRECT}`)
    .option('--approve', 'the second person: says the same as the first');
  const example = `office close-day ${EXAMPLE} --outlet east --day 2026-11-24 --counted cash=1234.50`;
  configureOffice<CloseOptions>(command, example, async (_args, options, output) => {
    const client = openOffice(options);
    const { outlet, approve } = options;
    const day = readDay('--day', options.day);
    const typed = approve === true ? undefined : requestOf(options, day);
    const standing = await client.showDay(outlet, day);
    if (options.yes !== true) tellDay(standing, output);
    await expectYes(options, output, {
      en: `Close ${day} of ${outlet}: it stays as it is for ever.`,
      zh: `办理 ${outlet} ${day} 日结：日结后不可更改。`,
    });
    const report = await client.closeDay(typed ?? sameAs(standing));
    tellDay(report, output);
    tellNext(report, output);
    return true;
  });
}

function requestOf(
  { outlet, counted, correct = [], reason }: CloseOptions,
  day: string,
): CloseDayRequest {
  return {
    ...{ outlet, day, counted: readCounted('--counted', counted) },
    ...(correct.length === 0 ? {} : { corrections: correct.map(readCorrection) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** What the first of two people has said, as the server keeps it. */
function sameAs({ outlet, day, methods, corrections, reason }: DayReport): CloseDayRequest {
  const counted = methods.flatMap(({ method, countedFen }) =>
    countedFen === undefined ? [] : [{ method, countedFen }],
  );
  return {
    ...{ outlet, day, counted },
    ...(corrections.length === 0 ? {} : { corrections: [...corrections] }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function readCorrection(text: string) {
  const [, about, method, sign, yuan = '', reason] =
    /^(\d{4}-\d\d-\d\d),([a-z][a-z\d-]*),(-?)([\d.]+),(.+)$/.exec(text) ?? [];
  if (about === undefined || method === undefined || reason === undefined) {
    throw wrongOption('--correct', CORRECT);
  }
  const fen = fromOption(() => parseYuan(yuan));
  return { about, method, amountFen: sign === '-' ? -fen : fen, reason };
}

function tellNext({ state }: DayReport, output: Output): void {
  output.line(
    state === 'closed'
      ? {
          en: '✓ closed. No money was moved by this; what comes later is booked to the next day.',
          zh: '✓ 已日结。本操作不涉及资金变动；此后发生的记入下一日。',
        }
      : {
          en: 'Not closed yet: a second person, with a key of his own, runs it with --approve.',
          zh: '尚未日结：须由另一人用自己的密钥加 --approve 确认。',
        },
  );
}
