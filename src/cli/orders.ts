/** `orders`: 充值记录, as an operator or the back office asks for them. */
import type { Command } from 'commander';
import { PLATE_COLOURS, plateColourName } from '../etc/index.js';
import {
  CHINA_UTC_OFFSET_MINUTES,
  hostTime,
  ORDER_STATE_NAMES,
  type OrderRecord,
  type OrderState,
  rangeOfDays,
  type RecordsRequest,
  type TimeRange,
} from '../load/index.js';
import { ORDER_STATES } from '../messages/index.js';
import { formatYuan } from '../money.js';
import { maskCardNumber } from '../redact.js';
import type { ServerClient } from '../terminal/index.js';
import { fromOption, type Output, wrongOption } from './output.js';
import { configureOffice, type OfficeOptions } from './office/as-person.js';
import { PERSON } from './office/command.js';
import { openServer } from './options/server-options.js';

interface OrdersOptions extends OfficeOptions {
  readonly plate?: string;
  readonly colour?: string;
  readonly cardNumber?: string;
  readonly order?: string;
  readonly payment?: string;
  readonly state?: string;
  readonly outlet?: string;
  readonly person?: string;
  readonly shift?: string;
  readonly from?: string;
  readonly to?: string;
}

/** As many pages as one command fetches: 10,000 orders. */
const MAX_PAGES = 100;

/** Adds `orders`; for an office, which sees all outlets, under another name. */
export function registerOrders(program: Command, name: 'orders' | 'list' = 'orders'): void {
  const command = program
    .command(name)
    .description('充值记录: by plate, card, order, payment, state and day, at most 30 days apart')
    .requiredOption('--server <url>', 'where the authority is')
    .requiredOption('--credentials <file>', 'JSON: { "keyId", "secret" }')
    .option('--plate <plate>', 'such as 甘A12345; blanks, case and the middle dot do not matter')
    .option('--colour <colour>', '蓝, 黄, 黑, 白, 渐变绿 …, or its code')
    .option('--card-number <number>', '16 digits')
    .option('--order <number>', 'the order of this number; needs no days')
    .option('--payment <payment>', 'provider:number; needs no days')
    .option('--state <states>', 'such as HELD, or PAID,HELD')
    .option('--outlet <name>', 'of this outlet: for an office')
    .option('--person <name>', 'made by this person: for an office')
    .option('--shift <name>', 'made in this shift: for an office')
    .option('--from <date>', 'YYYY-MM-DD, in China')
    .option('--to <date>', 'YYYY-MM-DD, that day included');
  const days = '--from 2026-11-01 --to 2026-11-24';
  const example =
    name === 'orders'
      ? `orders --server http://127.0.0.1:8080 --credentials terminal.json --plate 甘A12345 --colour 蓝 ${days}`
      : `office list --server http://127.0.0.1:8080 --credentials office.json --state HELD ${days}`;
  if (name === 'list') command.option('--login <id>', PERSON);
  configureOffice<OrdersOptions>(
    command,
    example,
    async (_args, options, output) => {
      await tellAll(openServer(options), requestOf(options), output);
      return true;
    },
    ({ login }) => login,
  );
}

function requestOf(options: OrdersOptions): RecordsRequest {
  const { plate, colour, cardNumber, order, payment, state, outlet, person, shift } = options;
  return {
    ...(plate === undefined ? {} : { plate }),
    ...(colour === undefined ? {} : { plateColour: colourCode(colour) }),
    ...(cardNumber === undefined ? {} : { cardNumber }),
    ...(order === undefined ? {} : { orderId: order }),
    ...(payment === undefined ? {} : { payment }),
    ...(state === undefined ? {} : { states: statesOf(state) }),
    ...(outlet === undefined ? {} : { outlet }),
    ...(person === undefined ? {} : { person }),
    ...(shift === undefined ? {} : { shift }),
    ...daysOf(options),
    limit: 100,
  };
}

/** Whole days; an order or a payment is found without. */
function daysOf({ order, payment, from, to }: OrdersOptions): Partial<TimeRange> {
  if ((order ?? payment) !== undefined && from === undefined && to === undefined) return {};
  if (from === undefined) throw wrongOption('--from', 'YYYY-MM-DD');
  if (to === undefined) throw wrongOption('--to', 'YYYY-MM-DD');
  return fromOption(() => rangeOfDays(from, to));
}

function statesOf(text: string): OrderState[] {
  return text.split(',').map((one) => {
    const state = ORDER_STATES.find((known) => known === one.trim().toUpperCase());
    if (state === undefined) throw wrongOption('--state', ORDER_STATES.join(' | '));
    return state;
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
  const { date, time } = hostTime(createdAtMs, CHINA_UTC_OFFSET_MINUTES);
  const at = `${date}${time}`.replace(/(.{4})(..)(..)(..)(..)(..)/, '$1-$2-$3 $4:$5:$6');
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

function colourCode(text: string): number {
  const table = Object.entries(PLATE_COLOURS);
  const found = table.find(([code, { zh }]) => code === text || zh === text || zh === `${text}色`);
  if (found === undefined) throw wrongOption('--colour', table.map(([, { zh }]) => zh).join(' | '));
  return Number(found[0]);
}
