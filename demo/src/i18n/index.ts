/**
 * Texts of the page: one table, each text in both languages, so that none can be missing in one of
 * them. Words of the library (errors, prompts, slips) come in both languages already: `say`.
 */
import { ref, watchEffect } from 'vue';
import { APP_TEXTS } from './app.js';
import { COUNTER_TEXTS } from './counter.js';

/** What is said, in both languages. `{name}` stands for a parameter. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

export type Lang = keyof Text;

const TEXTS = { ...APP_TEXTS, ...COUNTER_TEXTS } as const;

export type TextKey = keyof typeof TEXTS;

const KEPT = 'quancun-demo-lang';

/** The language of the page; kept on the device. */
export const lang = ref<Lang>(localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh');

watchEffect(() => {
  localStorage.setItem(KEPT, lang.value);
  document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en';
});

/** A text of the table in the language of the page. */
export function t(key: TextKey, params: Readonly<Record<string, string | number>> = {}): string {
  return TEXTS[key][lang.value].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in params ? String(params[name]) : whole,
  );
}

/** What the library says in both languages. */
export function say(text: Text): string {
  return text[lang.value];
}
