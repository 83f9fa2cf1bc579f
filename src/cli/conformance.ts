/** `conformance`: what a card does at the edges, as a card profile. */
import type { Command } from 'commander';
import { swText } from '../apdu/index.js';
import { CHINA_UTC_OFFSET_MINUTES, hostTime } from '../load/index.js';
import { formatYuan } from '../money.js';
import { type CardFindings, discoverProfile, type DiscoverOptions } from '../testing/index.js';
import { withQueue } from '../transport/index.js';
import { needKey, readToolKeys } from './options/tool-keys.js';
import { CARD_HELP, openDriver } from './options/card-url.js';
import { writeText } from './options/files.js';
import { expectPin, PIN_FORM_HELP, pinFormOption } from './options/pin.js';
import { SELECT_HELP, selectOption } from './options/select.js';
import { wholeNumber } from './options/whole-number.js';
import { type CommonOptions, type Output } from './output.js';
import { configure, nodeEnv } from './run.js';

interface ConformanceOptions extends CommonOptions {
  readonly card: string;
  readonly pin?: string;
  readonly pinForm?: string;
  readonly select?: string;
  readonly keyIndex?: string;
  readonly rounds: string;
  readonly keys?: string;
  readonly spend?: boolean;
  readonly out?: string;
}

/** Adds `conformance`. */
export function registerConformance(program: Command): void {
  const command = program
    .command('conformance')
    .description('what a card does at the edges: a card profile as JSON; moves no money by itself')
    .requiredOption('--card <card>', CARD_HELP)
    .option('--pin <digits>', 'the PIN; presented as it is, and never tried again when wrong')
    .option('--pin-form <form>', PIN_FORM_HELP)
    .option('--select <list>', SELECT_HELP)
    .option('--key-index <n>', 'index of the load key (default: 65 on cards of version 5x, else 1)')
    .option(
      '--rounds <n>',
      'INITIALIZEs to judge the random numbers by; 10000 to trust them',
      '100',
    )
    .option('--keys <file>', 'JSON with cipher and loadKey of this card, for --spend')
    .option('--spend', 'load up to three times 0.01 yuan, and risk one wrong MAC2 at a time')
    .option('--out <file>', 'write the profile here: for sim --profile and --card sim:FILE');
  const example = 'conformance --card pcsc: --pin 123456 --out card-profile.json';
  configure<ConformanceOptions>(command, example, async (_args, options, output) => {
    const asked = readOptions(options);
    const transport = withQueue(await openDriver(options.card), nodeEnv);
    try {
      const findings = await discoverProfile(transport, asked);
      tellFindings(findings, output);
      if (options.out !== undefined) writeProfile(options.out, findings);
      return true;
    } finally {
      await transport.close();
    }
  });
}

function readOptions(options: ConformanceOptions): DiscoverOptions {
  const { pin, keyIndex, rounds, keys, spend } = options;
  if (pin !== undefined) expectPin(pin);
  const base = {
    rounds: wholeNumber('--rounds', rounds, 999_999),
    random: (size: number) => nodeEnv.random(size),
    ...(pin === undefined ? {} : { pin }),
    ...pinFormOption(options.pinForm),
    ...selectOption(options.select),
    ...(keyIndex === undefined ? {} : { keyIndex: wholeNumber('--key-index', keyIndex, 255) }),
  };
  if (spend !== true) return base;
  const tools = readToolKeys(keys);
  const { date, time } = hostTime(nodeEnv.now(), CHINA_UTC_OFFSET_MINUTES);
  const { cipher } = tools;
  return { ...base, spend: { cipher, loadKey: needKey(tools, 'loadKey'), date, time } };
}

/** A line a field; what is assumed is marked. */
function tellFindings({ profile, assumed, notes, spentFen }: CardFindings, output: Output): void {
  const { statusWords, ...fields } = profile;
  const words = Object.entries<number>({ ...statusWords }).map(
    ([name, sw]) => [`statusWords.${name}`, swText(sw)] as const,
  );
  const mark = output.pick({ en: '(assumed)', zh: '（假定）' });
  for (const [name, value] of [...Object.entries(fields), ...words]) {
    const text = `${name.padEnd(28)} ${String(value)}`;
    output.line(assumed.includes(name) ? `${text.padEnd(52)} ${mark}` : text);
  }
  for (const { en, zh } of notes) output.line({ en: `note: ${en}`, zh: `注意：${zh}` });
  output.line({
    en: `${String(assumed.length)} fields were not shown by the card: the strict value is assumed. ${formatYuan(spentFen)} yuan loaded.`,
    zh: `${String(assumed.length)} 项无法探知，按最严格取值；圈存 ${formatYuan(spentFen)} 元。`,
  });
  output.event('profile', { profile: asJson(profile), assumed, notes, spentFen });
}

function writeProfile(file: string, { profile }: CardFindings): void {
  writeText(file, `${JSON.stringify(asJson(profile), null, 2)}\n`);
}

/** The form that `sim --profile` reads. */
function asJson(profile: CardFindings['profile']): object {
  const words = Object.entries<number>({ ...profile.statusWords }).map(([name, sw]) => [
    name,
    swText(sw),
  ]);
  return { ...profile, statusWords: Object.fromEntries(words) as unknown };
}
