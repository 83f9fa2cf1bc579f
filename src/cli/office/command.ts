/** What every command of an office shares: where the server is, and what a person confirms. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { QuancunError } from '../../errors.js';
import { CHINA_UTC_OFFSET_MINUTES, hostTime, type Who } from '../../load/index.js';
import { NOT_CONFIRMED } from '../errors.js';
import type { OfficeOptions } from './as-person.js';
import { type Output, type Texts, UsageError, wrongOption } from '../output.js';

/** Where the examples stand. */
export const EXAMPLE = '--server http://127.0.0.1:8080 --credentials office.json';

/** Options of what is confirmed. */
export interface ConfirmedOptions extends OfficeOptions {
  readonly yes?: boolean;
}

/** Who does it, where persons are kept. */
export const PERSON = 'who does this, where persons are kept; the password is asked for';

/** A command of the office; `person` is the option of whoever logs in. */
export function officeCommand(
  office: Command,
  name: string,
  does: string,
  person: '--person' | '--login' = '--person',
): Command {
  return office
    .command(name)
    .description(does)
    .requiredOption('--server <url>', 'where the authority is')
    .requiredOption('--credentials <file>', 'JSON: { "keyId", "secret" } of the back office')
    .option(`${person} <id>`, PERSON);
}

/** Adds `--yes`. */
export function confirmed(command: Command): Command {
  return command.option('--yes', 'for scripts: do it without asking');
}

/**
 * Says what is going to be done, and waits for a person's yes. Without a terminal nobody can say
 * it, so that a script has to say it beforehand.
 * @throws NOT_CONFIRMED
 */
export async function expectYes(
  { yes }: Pick<ConfirmedOptions, 'yes'>,
  output: Output,
  what: Texts,
): Promise<void> {
  if (yes === true) return;
  const refusal = new UsageError(new QuancunError(NOT_CONFIRMED));
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw refusal;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = output.pick({ en: ' Type yes: ', zh: ' 确认请输入 是：' });
    const answer = (await prompt.question(output.pick(what) + question)).trim().toLowerCase();
    if (answer !== 'yes' && answer !== '是') throw refusal;
  } finally {
    prompt.close();
  }
}

/** A moment as people in China read it. */
export function timeOf(atMs: number): string {
  const { date, time } = hostTime(atMs, CHINA_UTC_OFFSET_MINUTES);
  return `${date}${time}`.replace(/(.{4})(..)(..)(..)(..)(..)/, '$1-$2-$3 $4:$5:$6');
}

/** Who did something, in one word or three. */
export function nameOf({ by, person, shift }: Who): string {
  return [by, person, shift].filter((part) => part !== undefined).join(' / ');
}

/** `YYYY-MM-DD`. */
export function readDay(option: string, text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return text;
  throw wrongOption(option, 'YYYY-MM-DD');
}

/** Pages that one command fetches, at most. */
export const MAX_PAGES = 1000;

/** Every entry of a list, page by page; whether there was an end. */
export async function eachPage<Cursor extends string>(
  fetchPage: (after: Cursor | undefined) => Promise<Cursor | null>,
): Promise<boolean> {
  let after: Cursor | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const next = await fetchPage(after);
    if (next === null) return true;
    after = next;
  }
  return false;
}
