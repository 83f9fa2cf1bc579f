/** What is said of a field that does not fit: where it is, and what it should be. */
import type * as v from 'valibot';

/** A text in both languages. */
export interface Said {
  readonly en: string;
  readonly zh: string;
}

/** Words of a declaration's own, where its form would say too little: `v.string(saying(…))`. */
export const saying =
  (en: string, zh: string) =>
  ({ lang }: { readonly lang?: string | undefined }): string =>
    OWN + (lang === 'zh' ? zh : en);

/** Before the words of a declaration, so that they are told from those of valibot. */
const OWN = '\u0000';

/** The problem that valibot found, in words. */
export function saidOf(issue: v.BaseIssue<unknown>): Said {
  const where = placeOf(issue.path);
  if (issue.expected === 'never' && OBJECTS.includes(issue.type)) {
    return { en: `there is no field ${where}`, zh: `没有字段 ${where}` };
  }
  const wanted = wantedOf(issue);
  if (where === '') return { en: `it must be ${wanted.en}`, zh: `应为${wanted.zh}` };
  if (issue.path?.at(-1)?.origin === 'key' || issue.received === 'undefined') {
    return { en: `${where} is missing`, zh: `缺少 ${where}` };
  }
  return { en: `${where} must be ${wanted.en}`, zh: `${where} 应为${wanted.zh}` };
}

const OBJECTS: readonly string[] = ['object', 'loose_object', 'strict_object'];

/** `keys[2].loadKey` */
function placeOf(path: v.BaseIssue<unknown>['path']): string {
  return (path ?? []).reduce((place, { key }) => {
    if (typeof key === 'number') return `${place}[${String(key)}]`;
    return place === '' ? nameOf(key) : `${place}.${nameOf(key)}`;
  }, '');
}

/** A name that somebody misspelt is what he must be told; a key pasted in its place is not. */
function nameOf(key: unknown): string {
  const name = String(key);
  const harmless = /^[A-Za-z_]\w{0,31}$/.test(name) && !/[0-9A-Fa-f]{12}|\d{6}/.test(name);
  return harmless ? name : '(…)';
}

function wantedOf({ type, requirement, expected, message }: v.BaseIssue<unknown>): Said {
  if (message.startsWith(OWN)) return { en: message.slice(1), zh: message.slice(1) };
  const bound = typeof requirement === 'number' ? String(requirement) : '';
  switch (type) {
    case 'string':
      return { en: 'a text', zh: '文本' };
    case 'boolean':
      return { en: 'true or false', zh: ' true 或 false' };
    case 'number':
    case 'safe_integer':
      return { en: 'a whole number', zh: '整数' };
    case 'min_value':
      return { en: `${bound} or more`, zh: `不小于 ${bound} 的整数` };
    case 'max_value':
      return { en: `${bound} or less`, zh: `不大于 ${bound} 的整数` };
    case 'non_empty':
    case 'min_length':
      return { en: 'a text that is not empty', zh: '非空文本' };
    case 'max_length':
      return { en: `a text of at most ${bound} characters`, zh: `不超过 ${bound} 个字符的文本` };
    case 'array':
      return { en: 'a list', zh: '列表' };
    case 'regex':
      return patternOf(requirement);
    case 'literal':
    case 'picklist': {
      // valibot's own list of what we allow: ("3des" | "sm4").
      const words = (expected ?? '').replace(/^\(|\)$/g, '').replace(/ \| /g, ', ');
      return type === 'literal'
        ? { en: words, zh: ` ${words}` }
        : { en: `one of ${words}`, zh: `其中之一：${words}` };
    }
    default:
      return { en: 'an object', zh: '对象' };
  }
}

/** The forms of `forms.ts` are patterns, and a pattern is no text for a person. */
function patternOf(requirement: unknown): Said {
  const source = requirement instanceof RegExp ? requirement.source : '';
  const [, min, max] = /^\^\(\[0-9A-Fa-f\]\{2\}\)\{(\d+),(\d+)\}\$$/.exec(source) ?? [];
  if (min !== undefined && max !== undefined) {
    const digits = [...new Set([min, max])].map((bytes) => String(2 * Number(bytes)));
    return { en: `${digits.join(' to ')} hex digits`, zh: ` ${digits.join('–')} 位十六进制数字` };
  }
  const [, count = '?'] = /^\^\\d\{(\d+)\}\$$/.exec(source) ?? [];
  return { en: `${count} decimal digits`, zh: ` ${count} 位数字` };
}
