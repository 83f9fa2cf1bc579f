/** What every bench operation begins with: a card, its application selected, its PIN presented. */
import { type Outcome, select, type Status, verify } from '../apdu/index.js';
import { fromHex } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { hostTime } from '../load/index.js';
import { type Fen, parseYuan } from '../money.js';
import type { Transport } from '../transport/index.js';
import { type BenchKeys, readBenchKeys } from './bench-keys.js';
import { openCard } from './card-url.js';
import { type Output, words, wrongWord } from './output.js';
import type { PurseOptions } from './purse-options.js';
import { nodeEnv } from './run.js';

/** A card on the bench. */
export interface Bench {
  readonly transport: Transport;
  readonly keys: BenchKeys;
  readonly purse: 'ep' | 'ed';
}

/** Opens the card and selects what `--select` names, in order. */
export async function openBench(options: PurseOptions, output: Output): Promise<Bench> {
  const keys = readBenchKeys(options.keys);
  const items = words(() => parseSelect(options.select));
  if (options.purse !== 'ep' && options.purse !== 'ed') throw wrongWord('--purse', 'ep | ed');
  const transport = await openCard(options.card);
  try {
    await selectAll(transport, items, output);
  } catch (error) {
    await transport.close();
    throw error;
  }
  return { transport, keys, purse: options.purse };
}

interface SelectItem {
  readonly text: string;
  readonly command: Uint8Array;
}

/** `fid:1001` or `aid:A000…`, separated by commas; an empty list selects nothing. */
function parseSelect(list: string): SelectItem[] {
  return list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const [, kind, hex = ''] = /^(fid|aid):([0-9a-f]+)$/i.exec(text) ?? [];
      if (kind?.toLowerCase() === 'fid' && hex.length === 4) {
        return { text, command: select.build({ fid: parseInt(hex, 16) }) };
      }
      if (kind?.toLowerCase() === 'aid' && hex.length >= 10 && hex.length <= 32) {
        return { text, command: select.build({ dfName: fromHex(hex) }) };
      }
      throw wrongWord('--select', 'fid:1001 or aid:A00000000386980701, separated by commas');
    });
}

/** Cards disagree about SELECT; only the last item has to be found. */
async function selectAll(
  transport: Transport,
  items: readonly SelectItem[],
  output: Output,
): Promise<void> {
  for (const [index, { text, command }] of items.entries()) {
    const answer = select.parse(await transport.transmit(command));
    if (answer.ok) continue;
    const { status } = answer;
    const isWarning = status.sw >> 8 === 0x62 || status.sw >> 8 === 0x63;
    if (index === items.length - 1 && !isWarning) throw refused(`SELECT ${text}`, status);
    output.line({
      en: `SELECT ${text} answered ${swText(status.sw)}; going on`,
      zh: `SELECT ${text} 应答 ${swText(status.sw)}，继续`,
    });
  }
}

/**
 * Presents the PIN when the key file has one. Wrong and blocked stop the work and are never tried
 * again; a card that knows no PIN is no obstacle.
 */
export async function presentPin(bench: Bench, output: Output): Promise<void> {
  const { pin } = bench.keys;
  if (pin === undefined) return;
  const answer = verify.parse(await bench.transport.transmit(verify.build({ pinId: 0, pin })));
  if (answer.ok) return;
  const { sw, triesLeft } = answer.status;
  if (sw === 0x6983 || triesLeft === 0) throw new QuancunError('PIN_BLOCKED');
  if (triesLeft !== undefined) throw new QuancunError('PIN_WRONG', { details: { triesLeft } });
  output.line({
    en: `VERIFY answered ${swText(sw)}; going on without a PIN`,
    zh: `VERIFY 应答 ${swText(sw)}，按无 PIN 卡继续`,
  });
}

/** The answer, or the error that ends the operation. */
export function must<T>(what: string, outcome: Outcome<T>): T {
  if (outcome.ok) return outcome;
  throw refused(what, outcome.status);
}

function refused(what: string, status: Status): QuancunError {
  const sw = swText(status.sw);
  return new QuancunError('CARD_REFUSED', {
    details: { sw, en: `${what}: ${status.en}`, zh: `${what}：${status.zh}` },
  });
}

/** Status word as text. */
export function swText(sw: number): string {
  return sw.toString(16).toUpperCase().padStart(4, '0');
}

/** Amount, terminal number, date and time of a transaction, from the words of the command. */
export interface TransactionWords {
  readonly amountFen: Fen;
  readonly terminal: Uint8Array;
  readonly date: string;
  readonly time: string;
}

/** Reads them; what is wrong is said before any card is touched further. */
export function transactionWords(options: PurseOptions): TransactionWords {
  const now = hostTime(nodeEnv.now(), 480);
  const { terminal = '', date = now.date, time = now.time } = options;
  if (!/^[0-9a-f]{12}$/i.test(terminal)) throw wrongWord('--terminal', '12 hex digits');
  if (!/^\d{8}$/.test(date)) throw wrongWord('--date', 'YYYYMMDD');
  if (!/^\d{6}$/.test(time)) throw wrongWord('--time', 'hhmmss');
  const amountFen = words(() => parseYuan(options.amount ?? ''));
  return { amountFen, terminal: fromHex(terminal), date, time };
}

/** One line for each cryptogram: whether it held. */
export function verdict(output: Output, name: string, held: boolean): void {
  output.line(held ? `${name}  ✓` : `${name}  ✗`);
  output.event('cryptogram', { name, held });
}
