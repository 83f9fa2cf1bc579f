/**
 * The daily bill: an address that is good for half a minute, a ZIP archive behind it, in it CSV in
 * GBK with comments (`#`) around the table and cells padded with tabs. Which file is which is told
 * by the columns, not by names in a charset that nobody states.
 * Documents: 支付宝开放平台, alipay.data.dataservice.bill.downloadurl.query.
 */
import * as v from 'valibot';
import { decodeGbk } from '../../../gbk.js';
import { checkJson, looseOf } from '../../../json/index.js';
import type { PortCall, Statement, StatementLine } from '../port.js';
import { fenOf } from '../adapter/china.js';
import { cellOf, type Row, rowOf } from '../adapter/csv.js';
import { exchange } from '../adapter/exchange.js';
import { failed } from '../adapter/failed.js';
import type { Merchant } from './qr.js';
import { unzip } from './zip.js';

const BILL = looseOf({ bill_download_url: v.pipe(v.string(), v.url()) });

const MAX_FILE_BYTES = 64 << 20;
/** Bills are there at ten in the morning of the next day, China. */
const READY_AFTER_MS = 34 * 3_600_000;

/** The bill of a day. */
export async function fetchStatement(
  { client, options }: Merchant,
  day: string,
  call: PortCall,
): Promise<Statement> {
  const content = { bill_type: 'trade', bill_date: day };
  const method = 'alipay.data.dataservice.bill.downloadurl.query';
  const reply = await client.ask(method, content, call);
  if (!reply.ok) {
    if (!NO_BILL.test(reply.subCode)) throw failed(`${reply.code} ${reply.subCode}`);
    const isReady = options.now() >= Date.parse(`${day}T00:00:00+08:00`) + READY_AFTER_MS;
    return { status: isReady ? 'empty' : 'later', lines: [] };
  }
  const bill = checkJson(BILL, reply.json);
  if (!bill.ok) throw failed('its answer has no bill');
  const files = unzip(await download(bill.value.bill_download_url, options, call));
  if (files === undefined) throw failed('the bill cannot be unpacked');
  const tables = files.flatMap((file) => tableIn(decodeGbk(file)));
  if (tables.length !== 1) throw failed('the bill has no table of trades');
  return { status: 'ready', lines: (tables[0] ?? []).flatMap(lineOf) };
}

/** As they say it, and as their documents do. */
const NO_BILL = /bill.not.exist/i;

/** On TLS, or from where the gateway is: its address came signed, what is there did not. */
async function download(
  url: string,
  { fetch, gatewayUrls }: Merchant['options'],
  call: PortCall,
): Promise<Uint8Array> {
  const { origin, protocol } = new URL(url);
  const isOfGateway = gatewayUrls.some((gateway) => new URL(gateway).origin === origin);
  if (protocol !== 'https:' && !isOfGateway) throw failed('the bill is not on TLS');
  const outgoing = { method: 'GET', path: '', headers: { 'User-Agent': 'quancun' } } as const;
  const line = { fetch, baseUrls: [url] };
  const reply = await exchange(line, outgoing, call, MAX_FILE_BYTES);
  if (reply.status !== 200) throw failed(`the bill could not be had (HTTP ${reply.status})`);
  return reply.bytes;
}

/** The rows of the table of single trades, where this file has one. */
function tableIn(text: string | undefined): readonly (readonly Row[])[] {
  const lines = (text ?? '').split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line));
  const [first = '', ...others] = lines;
  const header = first.split(',').map((name) => name.trim());
  if (!header.includes('支付宝交易号') || !header.includes('业务类型')) return [];
  return [others.map((line) => rowOf(header, cellsOf(line, header)))];
}

/** Names of goods may have commas in them, and nothing quotes them. */
function cellsOf(line: string, header: readonly string[]): readonly string[] {
  const cells = line.split(',').map((cell) => cell.trim());
  // The last comma of a line may stand behind its last cell.
  if (cells.length === header.length + 1 && cells.at(-1) === '') cells.pop();
  const extra = cells.length - header.length;
  const at = header.indexOf('商品名称');
  if (extra > 0 && at >= 0) cells.splice(at, extra + 1, cells.slice(at, at + extra + 1).join());
  return cells;
}

function lineOf(row: Row): readonly StatementLine[] {
  const numbers = {
    merchantOrderNumber: cellOf(row, '商户订单号'),
    transactionId: cellOf(row, '支付宝交易号'),
  };
  const said = cellOf(row, '订单金额（元）', '订单金额(元)');
  const amountFen = fenOf(said.replace(/^-/, ''));
  if (amountFen === undefined) throw failed('an amount of the bill is none');
  if (amountFen === 0) return [];
  switch (cellOf(row, '业务类型')) {
    case '交易':
      return [{ about: 'payment', ...numbers, amountFen }];
    case '退款': {
      const refundNumber = cellOf(row, '退款批次号/请求号', '退款批次号');
      return [{ about: 'refund', ...numbers, refundNumber, amountFen }];
    }
    default:
      return [];
  }
}
