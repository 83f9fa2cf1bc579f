/** `orders`: 充值记录, by plate and colour, as an operator asks for them. */
import type { Command } from 'commander';
import { PLATE_COLOURS, plateColourName } from '../etc/index.js';
import { ORDER_STATE_NAMES, type OrderRecord, type RecordsRequest } from '../load/index.js';
import { formatYuan } from '../money.js';
import { maskCardNumber } from '../redact.js';
import type { ServerClient } from '../terminal/index.js';
import { type Output, wrongOption } from './output.js';
import { configure } from './run.js';
import { openServer, type ServerOptions } from './options/server-options.js';

interface OrdersOptions extends ServerOptions {
  readonly plate: string;
  readonly colour?: string;
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 24 * 3_600_000;
const CHINA_MS = 8 * 3_600_000;
/** As many pages as one command fetches: 10,000 orders. */
const MAX_PAGES = 100;

/** Adds `orders`. */
export function registerOrders(program: Command): void {
  const command = program
    .command('orders')
    .description('充值记录: orders by plate, at most 30 days')
    .requiredOption('--server <url>', 'where the authority is')
    .requiredOption('--credentials <file>', 'JSON: { "keyId", "secret" }')
    .requiredOption('--plate <plate>', 'such as 甘A12345')
    .option('--colour <colour>', '蓝, 黄, 黑, 白, 渐变绿 …, or its code')
    .requiredOption('--from <date>', 'YYYY-MM-DD, in China')
    .requiredOption('--to <date>', 'YYYY-MM-DD, that day included');
  const example =
    'orders --server http://127.0.0.1:8080 --credentials terminal.json' +
    ' --plate 甘A12345 --colour 蓝 --from 2026-11-01 --to 2026-11-24';
  configure<OrdersOptions>(command, example, async (_args, options, output) => {
    const request: RecordsRequest = {
      plate: options.plate,
      ...(options.colour === undefined ? {} : { plateColour: colourCode(options.colour) }),
      fromMs: dayMs('--from', options.from),
      toMs: dayMs('--to', options.to) + DAY_MS - 1,
      limit: 100,
    };
    await tellAll(openServer(options), request, output);
    return true;
  });
}

async function tellAll(
  server: ServerClient,
  request: RecordsRequest,
  output: Output,
): Promise<void> {
  let [orders, totalFen] = [0, 0];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { records, next } = await server.findOrders({
      ...request,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const record of records) {
      tellRecord(record, output);
      orders += 1;
      totalFen += record.amountFen;
    }
    cursor = next;
    if (cursor === null) break;
  }
  output.line({
    en: `${String(orders)} orders, ${formatYuan(totalFen)} yuan`,
    zh: `共 ${String(orders)} 笔，${formatYuan(totalFen)} 元`,
  });
  output.event('total', { orders, totalFen, more: cursor !== null });
}

function tellRecord(record: OrderRecord, output: Output): void {
  const { orderId, cardNumber, plate, plateColour, amountFen, state, createdAtMs } = record;
  const at = new Date(createdAtMs + CHINA_MS).toISOString().slice(0, 19).replace('T', ' ');
  const colour = plateColourName(plateColour)?.[output.lang] ?? String(plateColour);
  const loadable = record.loadable ? output.pick({ en: 'can be loaded', zh: '可圈存' }) : '';
  const name = output.pick(ORDER_STATE_NAMES[state]);
  const yuan = formatYuan(amountFen).padStart(10);
  const card = maskCardNumber(cardNumber);
  output.line(
    `${at}  ${orderId}  ${card}  ${plate} ${colour}  ${yuan}  ${name} ${loadable}`.trimEnd(),
  );
  output.event('order', { ...record, cardNumber: card });
}

/** Midnight in China. */
function dayMs(option: string, text: string): number {
  const ms = Date.parse(`${text}T00:00:00+08:00`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(ms))
    throw wrongOption(option, 'YYYY-MM-DD');
  return ms;
}

function colourCode(text: string): number {
  const table = Object.entries(PLATE_COLOURS);
  const found = table.find(([code, { zh }]) => code === text || zh === text || zh === `${text}色`);
  if (found === undefined) throw wrongOption('--colour', table.map(([, { zh }]) => zh).join(' | '));
  return Number(found[0]);
}
