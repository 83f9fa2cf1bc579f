/** Words of the office in the language of the page. */
import { METHODS } from '../../slips/methods.js';
import { type Lang, lang, say, type Text } from '../../i18n/index.js';
import { EVENT_TEXTS, OFFICE_TEXTS, REFUND_TEXTS, WORK_TEXTS } from './office-texts.js';

type Key = keyof typeof OFFICE_TEXTS;

/** A text of the office; `{name}` stands for a parameter. */
export function o(key: Key, params: Readonly<Record<string, string | number>> = {}): string {
  return say(OFFICE_TEXTS[key]).replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in params ? String(params[name]) : whole,
  );
}

/** What a newer server calls by a code of its own is shown by that code. */
export const workWord = (code: string): string => wordOf(WORK_TEXTS, code);
export const refundWord = (status: string): string => wordOf(REFUND_TEXTS, status);

/** What an event is: its kind in words, and behind it what a person said. */
export function eventWord(evidence: string): string {
  const [kind = '', ...said] = evidence.split(' ');
  return [wordOf(EVENT_TEXTS, kind), ...said].join(' ');
}

const ENGLISH: Readonly<Record<string, string>> = {
  ...{ cash: 'cash', pos: 'POS', wechat: 'WeChat', alipay: 'Alipay' },
};

/** How a way of paying is called. */
export function methodWord(method: string): string {
  const names: Readonly<Record<Lang, Readonly<Record<string, string>>>> = {
    ...{ zh: METHODS, en: ENGLISH },
  };
  return names[lang.value][method] ?? method;
}

/** How long ago: in the largest unit that is whole. */
export function agoWord(sinceMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.floor((nowMs - sinceMs) / 60_000));
  if (minutes < 60) return say({ zh: `${minutes} 分钟`, en: `${minutes} min` });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return say({ zh: `${hours} 小时`, en: `${hours} h` });
  const days = Math.floor(hours / 24);
  return say({ zh: `${days} 天`, en: `${days} days` });
}

function wordOf(table: Readonly<Record<string, Text>>, key: string): string {
  const text = table[key];
  return text === undefined ? key : say(text);
}
