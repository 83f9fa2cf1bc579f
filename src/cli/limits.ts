/** `limits`: whose codes were wrong, of what, and how the back office lets them count no more. */
import type { Command } from 'commander';
import { toHex } from '../bytes.js';
import { LIMITS_CLEARED, LIMITS_VIEW, type LimitsView } from '../messages/index.js';
import { maskCardNumber } from '../redact.js';
import { askOffice } from './options/ask-office.js';
import type { ServerOptions } from './options/server-options.js';
import { type Output, wrongOption } from './output.js';
import { configure, nodeEnv } from './run.js';

interface LimitsOptions extends ServerOptions {
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
    .description('wrong codes of the last 24 hours, and clearing them')
    .requiredOption('--server <url>', 'where the authority is')
    .requiredOption('--credentials <file>', 'JSON: { "keyId", "secret" } of the back office')
    .option(
      '--clear',
      'let them count no more: of --terminal, of --card-number or --order, or --all',
    )
    .option('--terminal <key>', 'with --clear: those of this key id')
    .option('--card-number <number>', 'with --clear: those about this card, 16 digits')
    .option('--order <number>', 'with --clear: wrong TACs for this order')
    .option('--all', "with --clear: everybody's")
    .option('--reason <text>', 'with --clear: why; it is kept, with who said so');
  const example = 'limits --server http://127.0.0.1:8080 --credentials office.json';
  configure<LimitsOptions>(command, example, async (_args, options, output) => {
    if (options.clear === true) await clear(options, output);
    else tell(await askOffice(options, '/v1/limits/query', {}, LIMITS_VIEW), output);
    return true;
  });
}

async function clear(options: LimitsOptions, output: Output): Promise<void> {
  const { terminal, cardNumber, order, all, reason } = options;
  const about = cardNumber ?? order;
  if ((terminal ?? about) === undefined && all !== true) {
    throw wrongOption('--clear', '--terminal | --card-number | --order | --all');
  }
  if (reason === undefined) throw wrongOption('--reason', { en: 'why', zh: '原因' });
  const request = {
    ...(terminal === undefined ? {} : { keyId: terminal }),
    ...(about === undefined ? {} : { about }),
    ...(all === true ? { all } : {}),
    reason,
  };
  const key = toHex(nodeEnv.random(16));
  const said = await askOffice(options, '/v1/limits/clear', request, LIMITS_CLEARED, key);
  output.line({
    en: `${String(said.codes)} wrong codes count no more.`,
    zh: `已解除 ${String(said.codes)} 次验证失败。`,
  });
  output.event('cleared', said);
}

function tell({ wrong, cleared, ...sums }: LimitsView, output: Output): void {
  const time = (atMs: number): string => new Date(atMs).toISOString();
  for (const row of wrong) {
    const about = row.kind === 'mac1' ? maskCardNumber(row.about) : row.about;
    output.line(`${time(row.lastMs)}  ${row.kind}  ${String(row.codes)}  ${row.keyId}  ${about}`);
    output.event('wrong', { ...row, about });
  }
  for (const { about, ...row } of cleared) {
    const masked = about === undefined ? {} : { about: maskCardNumber(about) };
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
