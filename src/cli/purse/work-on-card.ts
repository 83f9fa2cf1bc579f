/** What every purse operation begins with: a card, its application selected, its PIN presented. */
import { type Outcome, select, type Status, swText } from '../../apdu/index.js';
import { type MoneyState, QuancunError } from '../../errors.js';
import { presentPin } from '../../terminal/index.js';
import type { Transport } from '../../transport/index.js';
import type { ToolKeys } from '../options/tool-keys.js';
import { openCard } from '../options/card-url.js';
import {
  BY_FID,
  BY_NAME,
  parseSelect,
  parseSelectItem,
  type SelectItem,
  TO_MASTER_FILE,
} from '../options/select.js';
import { type Output, type Texts, withMoney, wrongOption } from '../output.js';
import type { PurseOptions } from './options.js';
import { CARD_REFUSED } from '../../terminal/errors.js';
import { CRYPTOGRAM_WRONG } from '../errors.js';

/** A card that was opened, and what is known of it. */
export interface OpenCard {
  readonly transport: Transport;
  readonly keys: ToolKeys;
  readonly purse: 'ep' | 'ed';
}

/** An operation whose options were read: what is left to do with the card. */
export type CardWork = (card: OpenCard, output: Output) => Promise<boolean>;

/** Opens the card, selects its application, works, and lets the card go. */
export async function workOnCard(
  options: PurseOptions,
  keys: ToolKeys,
  work: CardWork,
  output: Output,
): Promise<boolean> {
  const { purse } = options;
  if (purse !== 'ep' && purse !== 'ed') throw wrongOption('--purse', 'ep | ed');
  const items = options.select === undefined ? undefined : parseSelect(options.select);
  const transport = await withMoney('untouched', () => openCard(options.card));
  try {
    await withMoney('untouched', () =>
      items === undefined
        ? selectTollApplication(transport, output)
        : selectAll(transport, items, output),
    );
    return await work({ transport, keys, purse }, output);
  } finally {
    // A reader that does not let go changes nothing that was said.
    await transport.close().catch(() => undefined);
  }
}

/** The list that was asked for, in order. Cards disagree; only the last item has to be found. */
async function selectAll(
  transport: Transport,
  items: readonly SelectItem[],
  output: Output,
): Promise<void> {
  for (const [index, { text, request }] of items.entries()) {
    const status = await trySelect(transport, request);
    if (status === undefined) continue;
    if (index === items.length - 1 && !isWarning(status)) throw refused(`SELECT ${text}`, status);
    tellSelect(text, status, output);
  }
}

/** Nothing was asked for: FIDs, then the name; a card that knows neither may need no SELECT. */
async function selectTollApplication(transport: Transport, output: Output): Promise<void> {
  await trySelect(transport, parseSelectItem(TO_MASTER_FILE).request);
  for (const text of [BY_FID, BY_NAME]) {
    const status = await trySelect(transport, parseSelectItem(text).request);
    if (status === undefined) return;
    tellSelect(text, status, output);
    if (isWarning(status)) return;
  }
  output.line({
    en: 'No toll application was found; going on with what the card has selected by itself',
    zh: '未找到收费应用，按卡片当前默认应用继续',
  });
}

/** What the card said against it; nothing when it was selected. Once more where it wants no Le. */
async function trySelect(
  transport: Transport,
  request: select.Request,
): Promise<Status | undefined> {
  const ask = async (one: select.Request) =>
    select.parse(await transport.transmit(select.build(one)));
  const first = await ask(request);
  const isLeRefused = !first.ok && first.status.sw === WRONG_LENGTH;
  const answer = isLeRefused ? await ask({ ...request, ne: 0 }) : first;
  return answer.ok ? undefined : answer.status;
}

const WRONG_LENGTH = 0x6700;

function isWarning({ sw }: Status): boolean {
  return sw >> 8 === 0x62 || sw >> 8 === 0x63;
}

function tellSelect(text: string, { sw }: Status, output: Output): void {
  output.line({
    en: `SELECT ${text} answered ${swText(sw)}; going on`,
    zh: `SELECT ${text} 应答 ${swText(sw)}，继续`,
  });
}

/**
 * Presents the PIN when the key file has one. Wrong and blocked stop the work and are never tried
 * again; a card that knows no PIN is no obstacle.
 */
export async function presentPinOfKeys(card: OpenCard, output: Output): Promise<void> {
  const { pin } = card.keys;
  if (pin === undefined) return;
  const objection = await presentPin(card.transport, pin);
  if (objection === undefined) return;
  const sw = swText(objection.sw);
  output.line({
    en: `VERIFY answered ${sw}; going on without a PIN`,
    zh: `VERIFY 应答 ${sw}，按无 PIN 卡继续`,
  });
}

/** The answer, or the error that ends the operation. */
export function must<T>(what: string, outcome: Outcome<T>): T {
  if (outcome.ok) return outcome;
  throw refused(what, outcome.status);
}

function refused(what: string, status: Status): QuancunError {
  const sw = swText(status.sw);
  return new QuancunError(CARD_REFUSED, {
    details: { sw, en: `${what}: ${status.en}`, zh: `${what}：${status.zh}` },
  });
}

/** One line for each cryptogram: whether it held. */
export function verdict(output: Output, name: 'MAC1' | 'MAC2' | 'TAC', held: boolean): void {
  output.line(`${name.padEnd(4)}  ${held ? '✓' : '✗'}`);
  output.event('cryptogram', { name, held });
}

/**
 * A code that does not verify behind CREDIT or DEBIT. The card may have been written all the same:
 * whoever runs the command again may write it twice.
 */
export function codeWrongAfterwards(what: string, money: MoneyState): QuancunError {
  return new QuancunError({ ...CRYPTOGRAM_WRONG, hint: NEVER_AGAIN }, { details: { what }, money });
}

const NEVER_AGAIN: Texts = {
  en: 'Never run this again: the card may be written. The key does not belong to this card, or the answer was altered; read balance and log, and check the key.',
  zh: '勿再次圈存／扣款：卡片可能已写入。密钥与卡不匹配，或应答被改动；请读取余额与交易记录，并核对密钥。',
};
