/** The bills of a day: asked for, then fetched as a file (W2556654, W2084430). */
import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { formatYuan } from '../../../money.js';
import { formatChinaDay, formatChinaTime, parseChinaDay } from '../china-time.js';
import type { Answer } from '../http-server.js';
import {
  paramError,
  type Said,
  type WechatOrder,
  type WechatPayment,
  WechatRefusal,
  type WechatRefund,
  type WechatState,
} from './state.js';

const DAY_MS = 86_400_000;
/** From 10:00 of the next day on. */
const READY_AFTER_MS = DAY_MS + 10 * 3_600_000;
const OLDEST_MS = 92 * DAY_MS;
const FILE_LIVES_MS = 300_000;
const FEE_RATE = 0.006;

const TRADE_HEAD =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,' +
  '交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,' +
  '充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const TRADE_END_HEAD =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const FUND_HEAD =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),' +
  '账户结余(元),资金变更提交申请人,备注,业务凭证号';
const FUND_END_HEAD = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额';

interface TradeRow {
  readonly atMs: number;
  readonly order: WechatOrder;
  readonly payment: WechatPayment;
  readonly refund?: WechatRefund;
}

/** Where a bill is to be fetched, and the hash of what is in it. */
export function askForBill(
  state: WechatState,
  kind: 'tradebill' | 'fundflowbill',
  query: URLSearchParams,
): Said {
  const rows = rowsOf(state, expectDay(state, query.get('bill_date') ?? ''));
  const text = kind === 'tradebill' ? tradeBill(state, rows, query) : fundFlowBill(state, rows);
  const bytes = Buffer.from(text, 'utf8');
  const tarType = query.get('tar_type');
  if (tarType !== null && tarType !== 'GZIP') throw paramError('tar_type');
  const token = randomBytes(16).toString('hex');
  const file = tarType === 'GZIP' ? gzipSync(bytes) : bytes;
  state.files.set(token, { bytes: file, madeAtMs: state.now() });
  return {
    status: 200,
    json: {
      hash_type: 'SHA1',
      hash_value: createHash('sha1').update(bytes).digest('hex'),
      download_url: `${state.url}/v3/billdownload/file?token=${token}`,
    },
  };
}

/** The file: a signed request, a reply without signature. */
export function fetchBill(state: WechatState, token: string | null): Answer {
  const file = state.files.get(token ?? '');
  if (file === undefined || state.now() - file.madeAtMs > FILE_LIVES_MS) {
    throw new WechatRefusal(400, 'INVALID_REQUEST', 'the address is not good any more');
  }
  const headers = { 'content-type': 'application/octet-stream' };
  return { status: 200, headers, body: file.bytes };
}

function expectDay(state: WechatState, day: string): string {
  const fromMs = parseChinaDay(day);
  const sinceMs = state.now() - fromMs;
  if (!(sinceMs >= DAY_MS && sinceMs <= OLDEST_MS)) throw paramError('bill_date');
  if (sinceMs >= READY_AFTER_MS) return day;
  throw new WechatRefusal(400, 'STATEMENT_CREATING', '账单生成中，请稍后再试');
}

/** Payments of the day, and refunds that were begun on it. */
function rowsOf(state: WechatState, day: string): readonly TradeRow[] {
  const orders = [...state.orders.values()];
  const rows = orders.flatMap((order): TradeRow[] => {
    const { payment } = order;
    if (payment === undefined) return [];
    const refunds = [...state.refunds.values()].filter(
      (one) => one.outTradeNo === order.outTradeNo,
    );
    return [
      { atMs: payment.paidAtMs, order, payment },
      ...refunds.map((refund) => ({ atMs: refund.createdAtMs, order, payment, refund })),
    ];
  });
  const found = rows.filter(({ atMs }) => formatChinaDay(atMs) === day);
  if (found.length > 0) return found.sort((one, other) => one.atMs - other.atMs);
  throw new WechatRefusal(400, 'NO_STATEMENT_EXIST', '账单不存在');
}

function tradeBill(state: WechatState, all: readonly TradeRow[], query: URLSearchParams): string {
  const type = query.get('bill_type') ?? 'ALL';
  if (!['ALL', 'SUCCESS', 'REFUND'].includes(type)) throw paramError('bill_type');
  const rows = all.filter(({ refund }) => type === 'ALL' || (type === 'REFUND') === !!refund);
  const cells = rows.map((row) => tradeCells(state, row));
  const sumOf = (of: (row: TradeRow) => number): string =>
    formatYuan(rows.reduce((sum, row) => sum + of(row), 0));
  const ordered = (row: TradeRow): number => (row.refund ? 0 : row.payment.totalFen);
  const refunded = (row: TradeRow): number => row.refund?.refundFen ?? 0;
  const end = [
    ...[String(rows.length), sumOf(ordered), sumOf(refunded), sumOf(couponRefundFen)],
    rows.reduce((sum, row) => sum + feeYuan(row), 0).toFixed(5),
    ...[sumOf(ordered), sumOf(refunded)],
  ];
  return csv(TRADE_HEAD, cells, TRADE_END_HEAD, end);
}

/** A refund is dated when it was begun, and its order's amount is 0.00. */
function tradeCells(state: WechatState, row: TradeRow): readonly string[] {
  const { atMs, order, payment, refund } = row;
  const { appid, mchid } = state.keys.merchant;
  const couponFen = refund === undefined ? payment.totalFen - payment.payerFen : 0;
  const total = formatYuan(refund === undefined ? payment.totalFen : 0);
  const returned = formatYuan(refund?.refundFen ?? 0);
  return [
    ...[formatChinaTime(atMs), appid, mchid, '0', ''],
    ...[payment.transactionId, order.outTradeNo, payment.openid, 'NATIVE'],
    ...[refund === undefined ? 'SUCCESS' : 'REFUND', 'OTHERS', 'CNY'],
    ...[total, formatYuan(couponFen)],
    ...[refund?.refundId ?? '0', refund?.outRefundNo ?? '0'],
    ...[returned, formatYuan(couponRefundFen(row))],
    ...(refund === undefined ? ['', ''] : ['ORIGINAL', refund.status]),
    ...[order.description, order.attach],
    ...[feeYuan(row).toFixed(5), `${(FEE_RATE * 100).toFixed(2)}%`, total, returned, ''],
  ];
}

function couponRefundFen({ payment, refund }: TradeRow): number {
  if (refund === undefined) return 0;
  const payerFen = Math.round((refund.refundFen * payment.payerFen) / payment.totalFen);
  return refund.refundFen - payerFen;
}

/** To the cent, with five digits, as the bill prints it; a refund gives it back. */
function feeYuan({ payment, refund }: TradeRow): number {
  const fen = refund === undefined ? payment.totalFen : -refund.refundFen;
  return Math.round(fen * FEE_RATE) / 100;
}

function fundFlowBill(state: WechatState, rows: readonly TradeRow[]): string {
  let balanceFen = 0;
  const cells = rows.map(({ atMs, order, payment, refund }) => {
    const fen = refund?.refundFen ?? payment.totalFen;
    balanceFen += refund === undefined ? fen : -fen;
    const id = refund?.refundId ?? payment.transactionId;
    const name = refund === undefined ? '交易' : '退款';
    return [
      ...[formatChinaTime(atMs), id, id, name, name],
      ...[refund === undefined ? '收入' : '支出', formatYuan(fen), signedYuan(balanceFen)],
      ...[state.keys.merchant.mchid, '', refund?.outRefundNo ?? order.outTradeNo],
    ];
  });
  const [incomes, outgoings] = [rows.filter(({ refund }) => !refund), rows.filter(isRefund)];
  const incomeFen = incomes.reduce((sum, { payment }) => sum + payment.totalFen, 0);
  const outgoingFen = outgoings.reduce((sum, { refund }) => sum + (refund?.refundFen ?? 0), 0);
  return csv(FUND_HEAD, cells, FUND_END_HEAD, [
    ...[String(rows.length), String(incomes.length), formatYuan(incomeFen)],
    ...[String(outgoings.length), formatYuan(outgoingFen)],
  ]);
}

function isRefund({ refund }: TradeRow): boolean {
  return refund !== undefined;
}

function signedYuan(fen: number): string {
  return `${fen < 0 ? '-' : ''}${formatYuan(Math.abs(fen))}`;
}

/** Heads as they are; every other cell begins with a backtick, so that no sheet rounds a number. */
function csv(
  head: string,
  rows: readonly (readonly string[])[],
  endHead: string,
  end: readonly string[],
): string {
  const line = (cells: readonly string[]): string => cells.map((cell) => `\`${cell}`).join(',');
  return [head, ...rows.map(line), endHead, line(end), ''].join('\r\n');
}
