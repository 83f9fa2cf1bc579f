/** What the texts of errors say: amounts in yuan, and nothing in them that nobody translated. */
import { describe, expect, test } from 'vitest';
import { type KnownErrorCode, textsOf, type Words } from '../src/errors.js';
import { ERROR_TABLE } from '../src/error-table.js';
import { ORDER_STATE_NAMES } from '../src/load/index.js';

const ROWS = (Object.keys(ERROR_TABLE) as KnownErrorCode[]).map((code) => ERROR_TABLE[code]);
const bracesOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** Names of things and of other systems' fields: the same in every language. */
const NAMES = [
  ...['APDU', 'CLA', 'INS', 'P1', 'P2', 'Lc', 'Le', 'TLV', 'MAC', 'MAC1', 'MAC2', 'TAC', 'PIN'],
  ...['POS', 'ETC', 'NFC', 'BCD', 'ASCII', 'GBK', 'JSON', 'HTTP', 'PC/SC', 'WiFi', '4G', '3DES'],
  ...['SM4', '3des', 'sm4', '0x', 'Env', 'quancun', 'Ctrl-C', 'Linux', 'Windows', 'pcscd', 'PATH'],
  ...['SQLite', 'PostgreSQL', 'WAL', '-wal', 'fsync', 'synchronous_commit', 'flock', 'util-linux'],
  ...['busybox', 'pg_dump', '--format=custom', 'pg_basebackup', 'pg_restore', 'destroyed'],
  ...['--single-transaction', 'allowSoftwareKeys: "test"', '/openapi.json', 'package.json'],
  ...[
    'npm install',
    'npm run docs',
    'vectors/README.md',
    '--new-journal',
    '--give-up',
    'quancun journal',
  ],
  ...[
    'quancun backup',
    'quancun verify',
    '--copy',
    '--help',
    '--port',
    '--yes',
    'exchange',
    'kind',
  ],
  ...['purse load', 'purse settle', 'withGetResponse(transport)'],
  ...['default_transaction_read_only', 'keyId', 'secret', 'true', 'false', 'null', 'undefined'],
];

/** What a detail may hold that is no name: it needs a translation of its own. */
const PROSE = ['what', 'why', 'was', 'state', 'problem', 'expected', 'reason', 'en'];
/** Rows whose prose is handed in twice, once for each language, or is a code of another system. */
const HANDED_IN: Readonly<Record<string, string>> = {
  ARGUMENT_INVALID: 'declarations of options speak both languages',
  JSON_INVALID: 'declarations of files speak both languages',
  VECTOR_TEST_INVALID: 'declarations of vector files speak both languages',
  OPTION_INVALID: 'the option says in both languages what it must be',
  BYTES_LENGTH: 'a number, or both languages',
  RESPONSE_LENGTH: 'a number, or both languages',
  DIGITS_INVALID: 'a number',
  KEY_LENGTH: 'a number, or both languages',
  CARD_PROBE_STOPPED: 'the name of a command',
  CRYPTOGRAM_WRONG: 'the name of a code, or a word of the row',
  DEMO_BOOKS_DIFFER: 'two amounts',
  ENV_INCOMPLETE: 'the name of a function of the host',
  BACKUP_FAILED: "the operating system's code",
  FILE_LOCK_FAILED: "the operating system's code",
  FILE_NOT_OPENED: "the operating system's code",
  LEDGER_UNAVAILABLE: "the database's code",
  LEDGER_ACCESS_DENIED: "the database's code",
  LEDGER_DATABASE_UNKNOWN: "the database's code",
  HSM_UNAVAILABLE: 'a code',
  HSM_PIN_REFUSED: "the token's code",
  HSM_KEY_UNFIT: 'the name of an attribute, or both languages',
  HSM_CIPHER_UNSUPPORTED: 'the number of a mechanism, or both languages',
  BOOKS_UNAVAILABLE: 'a code',
  JOURNAL_UNAVAILABLE: "the operating system's code",
};

/** The Chinese of a row with one value after another of those that it has words for. */
function chineseOf(row: (typeof ROWS)[number]): string[] {
  const names = bracesOf(row.zh + row.hint.zh);
  const plain: Readonly<Record<string, unknown>> = Object.fromEntries<unknown>(
    names.map((name) => {
      const detail = name.replace(/Yuan$/, 'Fen').replace(/Seconds$/, 'Ms');
      return detail === name ? [name, '1'] : [detail, 100];
    }),
  );
  const words: Words = row.words ?? {};
  const spoken = Object.entries(words).flatMap(([name, table]) =>
    Object.keys(table).map((value) => ({ ...plain, [name]: value })),
  );
  return [plain, ...spoken].flatMap((details) => {
    const { messageZh, hint } = textsOf(row, details);
    return [messageZh, hint.zh];
  });
}

function latinIn(text: string): string {
  const longestFirst = [...NAMES].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((rest, name) => rest.split(name).join(''), text);
}

describe('the table', () => {
  test.each(ROWS)('$code: no Latin word in the Chinese but names', (row) => {
    for (const text of chineseOf(row)) expect(latinIn(text)).not.toMatch(/[A-Za-z]{2,}/);
  });

  test.each(ROWS)('$code: every detail in the Chinese is a name, or has words for it', (row) => {
    const { code, zh, hint, words = {} } = row;
    const untranslated = bracesOf(zh + hint.zh).filter(
      (name) => PROSE.includes(name) && !Object.hasOwn(words, name) && !(code in HANDED_IN),
    );
    expect(untranslated).toEqual([]);
    const inEnglish = bracesOf(row.en + hint.en);
    for (const name of bracesOf(zh + hint.zh)) if (name !== 'zh') expect(inEnglish).toContain(name);
  });

  test.each(ROWS)('$code: amounts in yuan, times in seconds', ({ en, zh, hint }) => {
    for (const name of bracesOf(en + zh + hint.en + hint.zh)) expect(name).not.toMatch(/(Fen|Ms)$/);
    expect(en + hint.en).not.toMatch(/\bfen\b|\bms\b|millisecond/);
    expect(zh + hint.zh).not.toMatch(/[\d}] ?分(?!钟)|毫秒/);
  });

  test('what is handed in twice is still needed', () => {
    const needless = Object.keys(HANDED_IN).filter((code) => {
      const { zh, hint } = ERROR_TABLE[code as KnownErrorCode];
      return !bracesOf(zh + hint.zh).some((name) => PROSE.includes(name));
    });
    expect(needless).toEqual([]);
  });
});

test('amounts and times are filled in from what programs have', () => {
  const over = textsOf(ERROR_TABLE.BALANCE_LIMIT, { maxFen: 10_000_005 });
  expect([over.message, over.messageZh]).toEqual([
    'The balance after the load would be over 100000.05 yuan',
    '圈存后超过卡内限额 100000.05 元',
  ]);
  const late = textsOf(ERROR_TABLE.TRANSPORT_TIMEOUT, { timeoutMs: 2500 });
  expect(late.messageZh).toBe('卡片 2.5 秒未应答');
});

test('a state is told by its name; one of another version as it came', () => {
  for (const [state, { en, zh }] of Object.entries(ORDER_STATE_NAMES)) {
    const { message, messageZh } = textsOf(ERROR_TABLE.ORDER_CLOSED, { state });
    expect([message, messageZh]).toEqual([`The order has ended: ${en}`, `订单已结束：${zh}`]);
  }
  const newer = textsOf(ERROR_TABLE.ORDER_CLOSED, { state: 'constructor' });
  expect(newer.messageZh).toBe('订单已结束：constructor');
});

test('a detail that is said in both languages is told in each', () => {
  const details = { field: 'EF 0015', expected: { en: '43 or 50', zh: '43 或 50' }, size: 1 };
  const { message, messageZh } = textsOf(ERROR_TABLE.BYTES_LENGTH, details);
  expect(message).toBe('EF 0015 must be 43 or 50 bytes, but has 1');
  expect(messageZh).toBe('EF 0015 应为 43 或 50 字节，实际为 1 字节');
});
