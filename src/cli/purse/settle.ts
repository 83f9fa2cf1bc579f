/**
 * `purse settle`: what became of a `purse load` that was torn. Asks the card for its proof, its
 * balance and its log, and last for its counter. Sends nothing that moves money, and says "written"
 * or "not written" only where a TAC or a counter with its MAC1 shows it.
 */
import { readRecord } from '../../apdu/index.js';
import { fromHex, readUint, toHex } from '../../bytes.js';
import { QuancunError } from '../../errors.js';
import { ef0018, type LogRecord } from '../../etc/index.js';
import { formatYuan, MAX_FEN } from '../../money.js';
import { getBalance } from '../../purse/index.js';
import type { ToolKeys } from '../options/tool-keys.js';
import { type Output, withMoney, wrongOption } from '../output.js';
import { wholeNumber } from '../options/whole-number.js';
import { recordTexts } from '../record-texts.js';
import { BENCH_LOAD_IN_DOUBT } from '../errors.js';
import { type DoubtfulLoad, findOut, type Verdict } from './doubt.js';
import { loadType } from './load.js';
import { type PurseOptions, readTransaction } from './options.js';
import type { CardWork, OpenCard } from './work-on-card.js';

const MAX_RECORDS = 50;

/** Reads the words of the load that was torn. */
export function prepareSettle(options: PurseOptions, _keys: ToolKeys): CardWork {
  // What the TAC covers is the day and the time of the load, and never now.
  for (const name of ['date', 'time'] as const) {
    if (options[name] === undefined) throw wrongOption(`--${name}`, 'that of the torn load');
  }
  const transaction = readTransaction(options);
  const onlineAtc = wholeNumber('--atc', options.atc, 0xffff);
  const { before } = options;
  if (before !== undefined && !/^[0-9a-f]{8}$/i.test(before)) {
    throw wrongOption('--before', '8 hex digits: the balance as the card said it');
  }
  return (card, output) =>
    withMoney('in-doubt', async () => {
      const transactionType = loadType(card.purse);
      const asked = { ...transaction, onlineAtc, transactionType };
      const { raw, balanceFen } = await readBalance(card).catch(() => NO_BALANCE);
      const known = before === undefined ? [] : [readUint(fromHex(before), 0, 4)];
      const rawBalancesAfter = balancesAfter(known, raw, transaction.amountFen);
      const found = await findOut(card, { ...asked, rawBalancesAfter }, output);
      tellBalance(balanceFen, output);
      const record = await findRecord(card, asked).catch(() => undefined);
      if (record !== undefined) output.line(recordTexts(record));
      return conclude(found, { balanceFen, onlineAtc, record }, output);
    });
}

/** Behind the load: what was before and the amount; or what is there now, be it written or not. */
function balancesAfter(before: readonly number[], now: number | undefined, amountFen: number) {
  const wherever = now === undefined ? [] : [now, now + amountFen];
  return [...before.map((raw) => raw + amountFen), ...wherever].filter((raw) => raw <= MAX_FEN);
}

interface Seen {
  readonly balanceFen: number | undefined;
  readonly onlineAtc: number;
  readonly record: LogRecord | undefined;
}

function conclude(found: Verdict, { balanceFen, onlineAtc, record }: Seen, output: Output): true {
  const by = 'by' in found ? found.by : null;
  const seen = { balanceFen: balanceFen ?? null, onlineAtc, inLog: record !== undefined };
  output.event('settled', { written: found.written ?? null, by, ...seen });
  if (found.written === undefined) {
    output.line(found.why);
    throw new QuancunError(BENCH_LOAD_IN_DOUBT);
  }
  const shown = { tac: 'TAC', counter: 'counter (MAC1 ✓)' }[found.by];
  const shownZh = { tac: 'TAC', counter: '联机交易序号（MAC1 ✓）' }[found.by];
  output.line(
    found.written
      ? {
          en: `WRITTEN: shown by the ${shown}. Do not load it again.`,
          zh: `已写入：以${shownZh}为证。勿再次圈存。`,
        }
      : {
          en: `NOT WRITTEN: shown by the ${shown}. It may be loaded again.`,
          zh: `未写入：以${shownZh}为证。可重新圈存。`,
        },
  );
  return true;
}

function tellBalance(balanceFen: number | undefined, output: Output): void {
  if (balanceFen === undefined) return;
  const yuan = formatYuan(balanceFen);
  output.line({ en: `balance ${yuan} (no proof)`, zh: `余额 ${yuan}（不作为凭证）` });
}

async function readBalance({ transport, purse }: OpenCard) {
  const answer = getBalance.parse(await transport.transmit(getBalance.build({ purse })));
  return answer.ok ? { raw: answer.rawBalance, balanceFen: answer.balanceFen } : NO_BALANCE;
}

/** The card refuses it, or is gone: balance and log only support what is found out. */
const NO_BALANCE = { raw: undefined, balanceFen: undefined };

/** The entry of this load in the log: it supports, and proves nothing. */
async function findRecord(
  { transport }: OpenCard,
  load: Omit<DoubtfulLoad, 'rawBalancesAfter'>,
): Promise<LogRecord | undefined> {
  for (let record = 1; record <= MAX_RECORDS; record += 1) {
    const command = readRecord.build({ record, sfi: ef0018.SFI, ne: ef0018.SIZE_BYTES });
    const answer = readRecord.parse(await transport.transmit(command));
    if (!answer.ok || answer.data.length !== ef0018.SIZE_BYTES) return undefined;
    const entry = ef0018.decode(answer.data);
    const isIts =
      entry.transactionType === load.transactionType &&
      entry.amountFen === load.amountFen &&
      entry.terminal === toHex(load.terminal) &&
      entry.date === load.date &&
      entry.time === load.time;
    if (isIts) return entry;
  }
  return undefined;
}
