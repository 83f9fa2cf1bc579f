/**
 * The daily bill: a signed reply names the file and its hash, and the file, which comes unsigned,
 * must have that hash. Cells begin with a backtick, so that no spreadsheet takes a number for one.
 * Documents: 微信支付 APIv3, 下载账单 › 申请交易账单, 下载账单.
 */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import { checkJson, looseOf } from '../../../json/index.js';
import type { PortCall, Statement, StatementLine } from '../port.js';
import { fenOf } from '../adapter/china.js';
import { cellOf, type Row, rowOf } from '../adapter/csv.js';
import { textOrNothing } from '../adapter/exchange.js';
import { failed } from '../adapter/failed.js';
import type { Merchant } from './qr.js';

const BILL = looseOf({
  hash_type: v.literal('SHA1'),
  hash_value: v.pipe(v.string(), v.regex(/^[0-9A-Fa-f]{40}$/)),
  download_url: v.pipe(v.string(), v.url()),
});

/** What a bill may be when it is unpacked. */
const MAX_TEXT_BYTES = 256 << 20;

/** The bill of a day. */
export async function fetchStatement(
  { client }: Merchant,
  day: string,
  call: PortCall,
): Promise<Statement> {
  const path = `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL&tar_type=GZIP`;
  const reply = await client.ask({ path }, call);
  if (!reply.ok) {
    if (reply.code === 'NO_STATEMENT_EXIST') return { status: 'empty', lines: [] };
    if (reply.code === 'STATEMENT_CREATING') return { status: 'later', lines: [] };
    throw failed(`HTTP ${reply.status} ${reply.code}`);
  }
  const bill = checkJson(BILL, reply.json);
  if (!bill.ok) throw failed(`its answer is no bill (${bill.problem})`);
  const { download_url: url, hash_value: hash } = bill.value;
  // What is signed is the path: it goes to the addresses that were configured, and to no other.
  const { pathname, search } = new URL(url);
  const bytes = unpacked(await client.download(pathname + search, call));
  if (createHash('sha1').update(bytes).digest('hex') !== hash.toLowerCase()) {
    throw failed('the bill is not the one that was named: its hash differs');
  }
  return { status: 'ready', lines: linesOf(textOrNothing(bytes) ?? '') };
}

function unpacked(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_TEXT_BYTES });
  } catch (cause) {
    throw failed('the bill cannot be unpacked', cause);
  }
}

/** Payments and refunds of a bill; its end is the line of totals, which names other columns. */
function linesOf(text: string): readonly StatementLine[] {
  const [first = '', ...others] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = first.split(',').map((name) => name.trim());
  if (!header.includes('商户订单号')) throw failed('the bill has no columns');
  const end = others.findIndex((line) => !line.startsWith('`'));
  const [totals, counted] = others.slice(end);
  const rows = others.slice(0, end).map((line) => rowOf(header, cellsOf(line)));
  if (end < 0 || totals?.startsWith('总交易单数') !== true) throw failed('the bill has no end');
  if (cellsOf(counted ?? '')[0] !== String(rows.length)) throw failed('the bill lacks lines');
  return rows.flatMap(lineOf);
}

function cellsOf(line: string): readonly string[] {
  return line
    .replace(/^`/, '')
    .split(',`')
    .map((cell) => cell.trim());
}

function lineOf(row: Row): readonly StatementLine[] {
  const numbers = {
    merchantOrderNumber: cellOf(row, '商户订单号'),
    transactionId: cellOf(row, '微信订单号'),
  };
  switch (cellOf(row, '交易状态')) {
    case 'SUCCESS': {
      const amountFen = amountOf(cellOf(row, '订单金额', '应结订单金额'));
      return [{ about: 'payment', ...numbers, amountFen }];
    }
    case 'REFUND': {
      // A refund stands on the day on which it began, whatever became of it.
      if (NOT_PAID_OUT.includes(cellOf(row, '退款状态'))) return [];
      const amountFen = amountOf(cellOf(row, '申请退款金额', '退款金额'));
      const refundNumber = cellOf(row, '商户退款单号');
      return [{ about: 'refund', ...numbers, refundNumber, amountFen }];
    }
    default:
      // REVOKED: payment codes that a till scanned and took back; none of ours.
      return [];
  }
}

const NOT_PAID_OUT: readonly string[] = ['FAIL', 'FAILED', 'CLOSED', 'CHANGE', 'ABNORMAL'];

function amountOf(cell: string): number {
  const amountFen = fenOf(cell);
  if (amountFen === undefined || amountFen === 0) throw failed('an amount of the bill is none');
  return amountFen;
}
