/** The bill of a day: asked for, then fetched as an archive (aliyun 707638). */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { encodeGbk } from '../../../gbk.js';
import { formatYuan } from '../../../money.js';
import { formatChinaDay, formatChinaTime, parseChinaDay } from '../china-time.js';
import type { Answer } from '../http-server.js';
import {
  type AlipayRefund,
  type AlipayState,
  type AlipayTrade,
  businessFailed,
  invalidArgument,
  type Node,
  success,
} from './state.js';
import { zip } from './zip.js';

const DAY_MS = 86_400_000;
/** From 10:00 of the next day on. */
const READY_AFTER_MS = DAY_MS + 10 * 3_600_000;
const FILE_LIVES_MS = 30_000;
const FEE_RATE = 0.006;

export const BILL = v.object({
  bill_type: v.literal('trade'),
  bill_date: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/)),
});

const HEAD = [
  ...['支付宝交易号', '商户订单号', '业务类型', '商品名称', '创建时间', '完成时间', '门店编号'],
  ...['门店名称', '操作员', '终端号', '对方账户', '订单金额（元）', '商家实收（元）'],
  ...['支付宝红包（元）', '集分宝（元）', '支付宝优惠（元）', '商家优惠（元）', '券核销金额（元）'],
  ...['券名称', '商家红包消费金额（元）', '卡消费金额（元）', '退款批次号/请求号'],
  ...['服务费（元）', '分润（元）', '备注'],
];

interface Row {
  readonly atMs: number;
  readonly trade: AlipayTrade;
  readonly refund?: AlipayRefund;
}

/** Where the bill of a day is to be fetched, for 30 seconds. */
export function askForBill(state: AlipayState, biz: v.InferOutput<typeof BILL>): Node {
  const day = biz.bill_date;
  const sinceMs = state.now() - parseChinaDay(day);
  if (!(sinceMs >= DAY_MS)) throw invalidArgument('bill_date');
  const rows = rowsOf(state, day);
  if (sinceMs < READY_AFTER_MS || rows.length === 0) {
    throw businessFailed('isp.bill_not_exist', '账单不存在');
  }
  const token = randomBytes(16).toString('hex');
  const name = `${state.keys.merchant.sellerId}0156_${day.replace(/-/g, '')}_业务明细.csv`;
  const csv = billText(state, day, rows);
  const bytes = zip([{ name: encodeGbk(name), bytes: encodeGbk(csv) }]);
  state.files.set(token, { bytes, madeAtMs: state.now() });
  return success({ bill_download_url: `${state.url}/dwbill/file.zip?token=${token}` });
}

/** The archive; unsigned, as its request is. */
export function fetchBill(state: AlipayState, token: string | null): Answer {
  const file = state.files.get(token ?? '');
  if (file === undefined || state.now() - file.madeAtMs > FILE_LIVES_MS) {
    return { status: 403, body: 'expired' };
  }
  return { status: 200, headers: { 'content-type': 'application/zip' }, body: file.bytes };
}

/** Payments, and refunds that were done, on the day. */
function rowsOf(state: AlipayState, day: string): readonly Row[] {
  const paid = [...state.trades.values()].flatMap((trade): Row[] =>
    trade.paidAtMs === undefined ? [] : [{ atMs: trade.paidAtMs, trade }],
  );
  const returned = [...state.refunds.values()].flatMap((refund): Row[] => {
    const trade = state.trades.get(refund.outTradeNo);
    const isOne = refund.isDone && trade !== undefined;
    return isOne ? [{ atMs: refund.settlesAtMs, trade, refund }] : [];
  });
  return [...paid, ...returned]
    .filter(({ atMs }) => formatChinaDay(atMs) === day)
    .sort((one, other) => one.atMs - other.atMs);
}

/** Lines that begin with # say what the others are; numbers are padded with tabs. */
function billText(state: AlipayState, day: string, rows: readonly Row[]): string {
  const [year = '', month = '', date = ''] = day.split('-');
  const from = `${year}年${month}月${date}日 00:00:00`;
  const to = `${year}年${month}月${date}日 23:59:59`;
  const paid = rows.filter(({ refund }) => refund === undefined);
  const receivedFen = paid.reduce((sum, { trade }) => sum + trade.receiptFen, 0);
  return [
    '#支付宝业务明细查询',
    `#账号：[${state.keys.merchant.sellerId}0156]`,
    `#起始日期：[${from}]   终止日期：[${to}]`,
    '#-----------------------------------------业务明细列表----------------------------------------',
    HEAD.join(','),
    ...rows.map((row) => cellsOf(row).join(',')),
    '#-----------------------------------------业务明细列表结束------------------------------------',
    `#交易合计：${String(paid.length)}笔，商家实收共${formatYuan(receivedFen)}元`,
    `#退款合计：${String(rows.length - paid.length)}笔`,
    `#导出时间：[${formatChinaTime(state.now())}]`,
    '',
  ].join('\r\n');
}

/** A refund's amounts are negative. */
function cellsOf({ trade, refund, atMs }: Row): readonly string[] {
  const sign = refund === undefined ? '' : '-';
  const yuan = (fen: number): string => (fen === 0 ? '0.00' : `${sign}${formatYuan(fen)}`);
  const totalFen = refund?.refundFen ?? trade.totalFen;
  const receiptFen = Math.round((totalFen * trade.receiptFen) / trade.totalFen);
  const platformFen = refund === undefined ? trade.receiptFen - trade.buyerPayFen : 0;
  const sellerFen = totalFen - receiptFen;
  const feeFen = Math.round(receiptFen * FEE_RATE);
  const fee = `${feeFen === 0 || refund !== undefined ? '' : '-'}${formatYuan(feeFen)}`;
  return [
    ...[`${trade.tradeNo}\t`, `${trade.outTradeNo}\t`, refund === undefined ? '交易' : '退款'],
    ...[trade.subject, formatChinaTime(trade.createdAtMs), formatChinaTime(atMs)],
    ...['', '', '', '', '*测试(159****0000)'],
    ...[yuan(totalFen), yuan(receiptFen)],
    ...['0.00', '0.00', yuan(platformFen), yuan(sellerFen), '0.00', '', '0.00', '0.00'],
    ...[`${refund?.outRequestNo ?? ''}\t`, fee, '0.00', ''],
  ];
}
