/** `office owed`, `worklist`, `end-work`, `statement`, `journals`: what waits for a person. */
import type { Command } from 'commander';
import { formatYuan } from '../../money.js';
import { openOffice } from '../options/server-options.js';
import type { Output } from '../output.js';
import { configureOffice, type OfficeOptions } from './as-person.js';
import {
  confirmed,
  type ConfirmedOptions,
  eachPage,
  EXAMPLE,
  expectYes,
  officeCommand,
  readDay,
  timeOf,
} from './command.js';

interface EndOptions extends OfficeOptions {
  readonly key: string;
  readonly reason: string;
}

interface StatementOptions extends OfficeOptions {
  readonly provider: string;
  readonly day: string;
}

interface JournalsOptions extends ConfirmedOptions {
  readonly giveUp?: string;
}

/** Adds them. */
export function registerLists(office: Command): void {
  const owed = officeCommand(office, 'owed', 'payments that are owed back and not given back yet');
  configureOffice<OfficeOptions>(owed, `office owed ${EXAMPLE}`, (_args, options, output) =>
    tellOwed(options, output),
  );
  const work = officeCommand(office, 'worklist', 'where the books and a payment provider differ');
  configureOffice<OfficeOptions>(work, `office worklist ${EXAMPLE}`, (_args, options, output) =>
    tellWork(options, output),
  );
  const end = officeCommand(office, 'end-work', 'somebody has dealt with an entry of the worklist')
    .requiredOption('--key <key>', 'the entry, as worklist shows it')
    .requiredOption('--reason <text>', 'what was found and done');
  const ending = `office end-work ${EXAMPLE} --key wechat:1 --reason checked`;
  configureOffice<EndOptions>(end, ending, async (_args, options, output) => {
    const { endedBy } = await openOffice(options).endWork(options.key, options.reason);
    output.line({
      en: `✓ ${options.key}: dealt with by ${endedBy}. No money was moved by this.`,
      zh: `✓ ${options.key}：已由 ${endedBy} 处理完毕。本操作不涉及资金变动。`,
    });
    output.event('work-ended', { entry: options.key, endedBy });
    return true;
  });
  const statement = officeCommand(office, 'statement', "holds a provider's bill against the books")
    .requiredOption('--provider <name>', 'such as wechat or alipay')
    .requiredOption('--day <date>', 'YYYY-MM-DD, in China');
  const comparing = `office statement ${EXAMPLE} --provider wechat --day 2026-11-24`;
  configureOffice<StatementOptions>(statement, comparing, (_args, options, output) =>
    tellStatement(options, output),
  );
  const journals = confirmed(
    officeCommand(office, 'journals', 'journals that the ledger knows'),
  ).option('--give-up <number>', 'stop waiting for this one; two people have to say so');
  configureOffice<JournalsOptions>(
    journals,
    `office journals ${EXAMPLE}`,
    (_args, options, output) => tellJournals(options, output),
  );
}

async function tellOwed(options: OfficeOptions, output: Output): Promise<boolean> {
  const office = openOffice(options);
  let [payments, totalFen] = [0, 0];
  const whole = await eachPage(async (after: string | undefined) => {
    const { refunds, next } = await office.findRefundsDue(after);
    for (const one of refunds) {
      const kind = output.pick(
        one.surplus ? { en: 'surplus', zh: '多收' } : { en: 'order', zh: '订单' },
      );
      const yuan = formatYuan(one.amountFen).padStart(12);
      output.line(`${one.orderId}  ${one.transactionId}  ${yuan}  ${kind}  ${one.status}`);
      output.event('owed', { ...one });
      payments += 1;
      totalFen += one.amountFen;
    }
    return next;
  });
  output.line({
    en: `${String(payments)} payments, ${formatYuan(totalFen)} yuan owed back. QR: the system refunds them. Cash and POS: give back, then office refund.`,
    zh: `共 ${String(payments)} 笔，待退 ${formatYuan(totalFen)} 元。扫码款由系统退回；现金、POS 退款后用 office refund 登记。`,
  });
  output.event('total', { payments, totalFen, more: !whole });
  return true;
}

async function tellWork(options: OfficeOptions, output: Output): Promise<boolean> {
  const office = openOffice(options);
  let entries = 0;
  await eachPage(async (after: string | undefined) => {
    const { work, next } = await office.findWork(after);
    for (const { key, ...one } of work) {
      const fen = (amount: number | undefined): string =>
        amount === undefined ? '-' : formatYuan(amount);
      const amounts = output.pick({
        en: `theirs ${fen(one.theirsFen)}, ours ${fen(one.oursFen)}`,
        zh: `对方 ${fen(one.theirsFen)}，我方 ${fen(one.oursFen)}`,
      });
      output.line(`${timeOf(one.firstMs)}  ${one.code}  ${one.orderId ?? '-'}  ${amounts}  ${key}`);
      // Its name is no secret: the redactor hides what is called a key.
      output.event('work', { entry: key, ...one });
      entries += 1;
    }
    return next;
  });
  output.line({
    en: `${String(entries)} entries. Look at each with its provider, then office end-work.`,
    zh: `共 ${String(entries)} 项。请逐项与支付渠道核实，处理后用 office end-work 登记。`,
  });
  output.event('total', { entries });
  return true;
}

/** Differences are a failure: whoever runs it every morning sees it by the exit status. */
async function tellStatement(
  { provider, day, ...options }: StatementOptions,
  output: Output,
): Promise<boolean> {
  const office = openOffice(options);
  const report = await office.compareStatement(provider, readDay('--day', day));
  const { payments, refunds, paidFen, refundedFen, booked, differences } = report;
  output.line({
    en: `${provider} ${day}: ${String(payments)} payments, ${formatYuan(paidFen)} yuan; ${String(refunds)} refunds, ${formatYuan(refundedFen)} yuan; ${String(booked)} booked now`,
    zh: `${provider} ${day}：收款 ${String(payments)} 笔 ${formatYuan(paidFen)} 元；退款 ${String(refunds)} 笔 ${formatYuan(refundedFen)} 元；本次补记 ${String(booked)} 笔`,
  });
  for (const one of differences) {
    output.line(`  ! ${one.code}  ${one.transactionId}  ${one.orderId ?? '-'}`);
  }
  output.line(
    differences.length === 0
      ? { en: 'Bill and books agree.', zh: '账单与账本一致。' }
      : { en: 'They stand on the worklist, too.', zh: '以上差异已列入待办清单。' },
  );
  output.event('statement', { provider, ...report });
  return differences.length === 0;
}

async function tellJournals(
  { giveUp, ...options }: JournalsOptions,
  output: Output,
): Promise<boolean> {
  const office = openOffice(options);
  if (giveUp !== undefined) {
    await expectYes(options, output, {
      en: `Give journal ${giveUp} up: what only it knows is lost for good.`,
      zh: `放弃日志 ${giveUp}：仅存于该日志的记录将永久丢失。`,
    });
    const { state } = await office.giveUpJournal(giveUp);
    output.line(
      state === 'given-up'
        ? { en: '✓ given up; nobody waits for it', zh: '✓ 已放弃，不再等待' }
        : { en: 'A second person has to say the same.', zh: '须由另一人确认。' },
    );
  }
  for (const one of await office.findJournals()) {
    const waits = one.isAwaited ? output.pick({ en: 'waited for', zh: '等待中' }) : '';
    output.line(`${one.journalId}  ${one.state}  ${String(one.sequence)}  ${waits}`.trimEnd());
    output.event('journal', { ...one });
  }
  return true;
}
