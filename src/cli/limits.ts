/**
 * `limits`: whose codes were wrong, of what, and how the back office lets them count no more. With
 * `--person`: the same of a person's passwords.
 */
import type { Command } from 'commander';
import type { LimitsView } from '../messages/index.js';
import { maskCardNumber } from '../redact.js';
import { configureOffice, type OfficeOptions } from './office/as-person.js';
import { PERSON, timeOf } from './office/command.js';
import { openOffice } from './options/server-options.js';
import { type Output, wrongOption } from './output.js';

interface LimitsOptions extends OfficeOptions {
  readonly clear?: boolean;
  readonly terminal?: string;
  readonly cardNumber?: string;
  readonly order?: string;
  readonly all?: boolean;
  readonly reason?: string;
}

/** Adds `limits`. */
export function registerLimits(program: Command): void {
  const command = program
    .command('limits')
    .description('wrong codes of the last 24 hours, wrong passwords of a person, and clearing them')
    .requiredOption('--server <url>', 'where the authority is')
    .requiredOption('--credentials <file>', 'JSON: { "keyId", "secret" } of the back office')
    .option(
      '--clear',
      'let them count no more: of --terminal, of --card-number or --order, of --person, or --all',
    )
    .option('--terminal <key>', 'with --clear: those of this key id')
    .option('--card-number <number>', 'with --clear: those about this card, 16 digits')
    .option('--order <number>', 'with --clear: wrong TACs for this order')
    .option('--person <id>', 'wrong passwords of this person instead of codes')
    .option('--all', "with --clear: everybody's codes")
    .option('--reason <text>', 'with --clear: why; it is kept, with who said so')
    .option('--login <id>', PERSON);
  const example = 'limits --server http://127.0.0.1:8080 --credentials office.json';
  configureOffice<LimitsOptions>(
    command,
    example,
    async (_args, options, output) => {
      const { person } = options;
      if (person !== undefined) await logins(person, options, output);
      else if (options.clear === true) await clear(options, output);
      else tell(await openOffice(options).findLimits(), output);
      return true;
    },
    ({ login }) => login,
  );
}

async function clear(options: LimitsOptions, output: Output): Promise<void> {
  const { terminal, cardNumber, order, all } = options;
  const about = cardNumber ?? order;
  if ((terminal ?? about) === undefined && all !== true) {
    throw wrongOption('--clear', '--terminal | --card-number | --order | --person | --all');
  }
  const said = await openOffice(options).clearLimits({
    ...(terminal === undefined ? {} : { keyId: terminal }),
    ...(about === undefined ? {} : { about }),
    ...(all === true ? { all } : {}),
    reason: reasonOf(options),
  });
  output.line({
    en: `${String(said.codes)} wrong codes count no more.`,
    zh: `已解除 ${String(said.codes)} 次验证失败。`,
  });
  output.event('cleared', said);
}

function reasonOf({ reason }: LimitsOptions): string {
  if (reason === undefined) throw wrongOption('--reason', { en: 'why', zh: '原因' });
  return reason;
}

/** Wrong passwords of a person, by device; or that they count no more. */
async function logins(personId: string, options: LimitsOptions, output: Output): Promise<void> {
  const office = openOffice(options);
  if (options.clear !== true) {
    const found = (await office.findLogins()).logins.filter((one) => one.personId === personId);
    for (const row of found) {
      output.line(`${timeOf(row.lastMs)}  ${String(row.tries)}  ${row.keyId}`);
      output.event('wrong-logins', row);
    }
    const tries = found.reduce((sum, one) => sum + one.tries, 0);
    output.line({
      en: `${String(tries)} wrong passwords of ${personId} count. Five at one device lock it for 15 minutes.`,
      zh: `${personId} 的密码错误计 ${String(tries)} 次；同一设备满 5 次锁定 15 分钟。`,
    });
    output.event('logins', { personId, tries });
    return;
  }
  const { terminal, cardNumber, order, all } = options;
  if ((terminal ?? cardNumber ?? order ?? all) !== undefined) {
    throw wrongOption('--person', { en: 'alone, with --clear', zh: '与 --clear 单独使用' });
  }
  const said = await office.clearLogins({ personId, reason: reasonOf(options) });
  output.line({
    en: `${String(said.tries)} wrong passwords of ${personId} count no more; a login may be tried now.`,
    zh: `已解除 ${personId} 的 ${String(said.tries)} 次密码错误，可重新登录。`,
  });
  output.event('cleared', { personId, ...said });
}

function tell({ wrong, cleared, ...sums }: LimitsView, output: Output): void {
  const time = (atMs: number): string => new Date(atMs).toISOString();
  for (const row of wrong) {
    const about = row.kind === 'mac1' ? maskCardNumber(row.about) : row.about;
    output.line(`${time(row.lastMs)}  ${row.kind}  ${String(row.codes)}  ${row.keyId}  ${about}`);
    output.event('wrong', { ...row, about });
  }
  for (const { about, ...row } of cleared) {
    // A person's id is no card number, and order numbers have other signs than digits.
    const isCard = about !== undefined && /^\d+$/.test(about);
    const masked = about === undefined ? {} : { about: isCard ? maskCardNumber(about) : about };
    const of = [row.keyId, masked.about].filter((one) => one !== undefined).join(' ');
    const what = output.pick({ en: 'cleared', zh: '已解除' });
    output.line(`${time(row.atMs)}  ${what} ${String(row.codes)}  ${of}  ${row.by}: ${row.reason}`);
    output.event('cleared', { ...row, ...masked });
  }
  const { wrongDay, wrongTacsDay, alarmed } = sums;
  output.line({
    en: `${String(wrongDay)} wrong MAC1s in 24 hours, ${String(wrongTacsDay)} reports with a wrong TAC${alarmed ? '; every terminal is slowed' : ''}`,
    zh: `24 小时内 MAC1 错误 ${String(wrongDay)} 次，TAC 错误 ${String(wrongTacsDay)} 次${alarmed ? '；所有终端已限速' : ''}`,
  });
  output.event('limits', sums);
}
