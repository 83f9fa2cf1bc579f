/**
 * What a code means, what to do and who, and what became of the money: of every error of the
 * package and of every status word of a card. One source for `explain` and for the pages.
 */
import * as apdu from '../../apdu/index.js';
import { GENERAL_STATUS_WORDS } from '../../apdu/index.js';
import { ERROR_TABLE } from '../../error-table.js';
import { type Actor, type ErrorRow, type MoneyState, type Retry, textsOf } from '../../errors.js';
import { PROMPTS } from '../../prompts/index.js';
import * as purse from '../../purse/index.js';
import type { Texts } from '../output.js';
import { statusAdvice } from './status-advice.js';

/** A code in words: a title, and what there is to know of it, row by row. */
export interface CodeExplanation {
  readonly code: string;
  readonly kind: 'error' | 'status';
  readonly title: Texts;
  readonly rows: readonly (readonly [label: Texts, value: Texts])[];
}

const DO: Texts = { en: 'What to do', zh: '怎么办' };
const WHO: Texts = { en: 'Who', zh: '由谁处理' };
const MONEY: Texts = { en: 'Money', zh: '资金' };
const AGAIN: Texts = { en: 'The same order again', zh: '同一订单可否再试' };
const PROMPT: Texts = { en: 'Prompt of the operator guide', zh: '操作指南提示' };

const ACTORS: Readonly<Record<Actor, Texts>> = {
  customer: { en: 'the customer', zh: '客户' },
  operator: { en: 'the operator at the counter', zh: '操作员' },
  administrator: { en: 'the administrator', zh: '管理员' },
};
const STOPS: Texts = { en: '; whoever meets it stops', zh: '；当事人停止操作' };

const MONEY_STATES: Readonly<Record<MoneyState, Texts>> = {
  untouched: {
    en: 'The card was not written. A payment that was taken before is kept, and never taken again.',
    zh: '未写卡。此前已收的款项保留，切勿再次收款。',
  },
  moved: {
    en: 'Money moved: look the order up before anything else.',
    zh: '资金已变动：请先查询订单。',
  },
  'in-doubt': {
    en:
      'Not known whether the card was written. Take nothing again, refund nothing; the card ' +
      'itself tells it at its next load (圈存).',
    zh: '是否写卡待核实。勿再次收款、勿退款；再次圈存时由卡片证明。',
  },
};
const MAY_KNOW_BETTER: Texts = {
  en: ' (Where an error comes with another state of the money, that one counts.)',
  zh: '（错误附带的资金状态与此不同时，以所附为准。）',
};

const RETRIES: Readonly<Record<Retry, Texts>> = {
  safe: { en: 'yes, as often as it takes', zh: '可以，次数不限' },
  once: { en: 'one more time, then call the administrator', zh: '可再试一次，仍不行则联系管理员' },
  after: { en: 'after the advice was followed', zh: '按上述办法处理后可以' },
  never: { en: 'no', zh: '不可以' },
};

/** What a status word proves. */
const PROVES_NOTHING: Texts = {
  en:
    'A status word proves nothing about money. After CREDIT FOR LOAD (8052) the order is held, ' +
    'and a load (圈存) settles it; no other command of a recharge writes money.',
  zh: '状态字不能证明资金状况。若出现在 CREDIT FOR LOAD（8052）之后，订单保留，圈存即可了结；充值中的其他命令不写入金额。',
};

/** An error code, a status word in hex, or an address that ends in one; any spelling. */
export function explainCode(given: string): CodeExplanation | undefined {
  const code = codeIn(given);
  if (Object.hasOwn(ERROR_TABLE, code)) {
    return explainError(ERROR_TABLE[code as keyof typeof ERROR_TABLE]);
  }
  const sw = code.replace(/^0X/, '');
  return /^[0-9A-F]{4}$/.test(sw) ? explainStatusWord(sw) : undefined;
}

/** Every error code and every status word that some table has; `x` stands for any digit. */
export function codesOfAllTables(): { readonly errors: string[]; readonly statusWords: string[] } {
  const words = COMMANDS.flatMap(({ table }) => Object.keys(table));
  const all = new Set([...Object.keys(GENERAL_STATUS_WORDS), ...words]);
  return { errors: Object.keys(ERROR_TABLE).sort(), statusWords: [...all].sort() };
}

/** The codes whose names are nearest to what was given. */
export function nearestCodes(given: string, most = 3): string[] {
  const wanted = codeIn(given);
  const { errors, statusWords } = codesOfAllTables();
  const parts = wanted.split('_').filter((part) => part.length > 3);
  const distanceOf = (code: string): number =>
    distance(wanted, code) - 3 * parts.filter((part) => code.includes(part)).length;
  return [...errors, ...statusWords]
    .map((code) => ({ code, far: distanceOf(code) }))
    .sort((a, b) => a.far - b.far || (a.code < b.code ? -1 : 1))
    .slice(0, most)
    .map(({ code }) => code);
}

function codeIn(given: string): string {
  const name = given.trim().split(/[/:#]/).at(-1) ?? '';
  return name
    .replace(/\.html$/, '')
    .replace(/[\s-]+/g, '_')
    .toUpperCase();
}

function explainError(row: ErrorRow): CodeExplanation {
  const { code, message, messageZh, hint } = textsOf(row);
  const prompts = PROMPTS.filter((prompt) => prompt.codes.some((one) => one === code));
  const money = MONEY_STATES[row.money];
  const actor = ACTORS[row.actor];
  return {
    code,
    kind: 'error',
    title: { en: withoutBraces(message), zh: withoutBraces(messageZh) },
    rows: [
      [DO, { en: withoutBraces(hint.en), zh: withoutBraces(hint.zh) }],
      [WHO, row.stop ? { en: actor.en + STOPS.en, zh: actor.zh + STOPS.zh } : actor],
      [MONEY, { en: money.en + MAY_KNOW_BETTER.en, zh: money.zh + MAY_KNOW_BETTER.zh }],
      [AGAIN, RETRIES[row.retry]],
      ...prompts.map(({ text }) => [PROMPT, text] as const),
    ],
  };
}

/** What the detail will be is not known yet. */
function withoutBraces(text: string): string {
  return text.replace(/\{\w+\}/g, '…');
}

/** The commands that have a table of their own, by the names that the standard gives them. */
const COMMANDS = [...Object.entries(apdu), ...Object.entries(purse)].flatMap(([name, file]) =>
  isCommandFile(file)
    ? [{ name: name.replace(/[A-Z]/g, ' $&').toUpperCase(), table: file.statusWords }]
    : [],
);

function isCommandFile(file: unknown): file is { readonly statusWords: apdu.StatusTable } {
  return typeof file === 'object' && file !== null && 'statusWords' in file && 'build' in file;
}

function explainStatusWord(hex: string): CodeExplanation | undefined {
  const general = apdu.explainStatus(Number.parseInt(hex, 16));
  const own = COMMANDS.flatMap(({ name, table }) => {
    const said = apdu.explainStatus(Number.parseInt(hex, 16), table);
    return said.known === 'command' ? [{ name, said }] : [];
  });
  const first = own[0]?.said;
  if (general.known === 'no' && first === undefined) return undefined;
  const title = general.known === 'no' ? (first ?? general) : general;
  const { next, actor } = statusAdvice(hex);
  return {
    code: hex,
    kind: 'status',
    title: { en: title.en, zh: title.zh },
    rows: [
      ...own.map(
        ({ name, said }) =>
          [
            { en: name, zh: name },
            { en: said.en, zh: said.zh },
          ] as const,
      ),
      [DO, next],
      [WHO, ACTORS[actor]],
      [MONEY, PROVES_NOTHING],
    ],
  };
}

/** How many letters have to change. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let at = 1; at <= from.length; at += 1) {
    const next = [at];
    for (let other = 1; other <= to.length; other += 1) {
      const same = from[at - 1] === to[other - 1] ? 0 : 1;
      const left = next[other - 1] ?? 0;
      next.push(Math.min(left + 1, (row[other] ?? 0) + 1, (row[other - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
