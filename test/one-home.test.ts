/** Facts that once stood in several files: each has one home, and who needs it imports it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const SRC = new URL('../src/', import.meta.url);
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, code: withoutComments(readFileSync(new URL(path, SRC), 'utf8')) }));

/** Comments may name a value; only code can disagree. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

/** What the fact looks like where somebody writes it again, and where it lives. */
const FACTS: readonly [fact: string, looksLike: RegExp, homes: readonly string[]][] = [
  ['the text of a status word', /toString\(16\)[^;]*padStart\(4/, ['apdu/status.ts']],
  // The redactor knows nothing of apdu: it works on bytes that no parser understands.
  ['the last two bytes of an answer', /\[\w+\.length - 2\]/, ['redact-apdu.ts']],
  ['a first-in first-out queue', /\btail\.then\(/, ['turns.ts']],
  ['work as a promise', /[^.]\bresolve\(\w+\(/, ['turns.ts']],
  ["China's offset from UTC", /\b480\b/, ['load/host-time.ts']],
  // A block cipher's vectors may repeat it as often: another fact with the same digits.
  ['the cap on one recharge', /\b10_?000_?000\b/, ['money.ts', 'vectors/types/block-cipher.ts']],
  ['the master file', /\b0x3f00\b|fid:3f00/i, ['etc/application.ts']],
  ['the directory of the toll application', /\b0x1001\b|fid:1001/i, ['etc/application.ts']],
  ['the name of the toll application', /A00000000386980701|0x86, 0x98/i, ['etc/application.ts']],
  ['which card may be recharged', /isBefore|CARD_EXPIRED\]|CARD_EXPIRED\)/, ['etc/validity.ts']],
  ['the answer to a PIN', /new QuancunError\(PIN_(?:WRONG|BLOCKED)/, ['terminal/pin.ts']],
  ['the key index of a load', /\?\s*0x41\s*:/, []],
  ['which digits a PIN may have', /\\d\{2,(?:6|12)\}/, ['etc/keys.ts']],
];

describe('one home', () => {
  test.each(FACTS)('%s', (_fact, looksLike, homes) => {
    const found = files.filter(({ code }) => looksLike.test(code)).map(({ path }) => path);
    expect(found.filter((path) => !homes.includes(path))).toEqual([]);
  });
});
