/** Files that persons and programs hand in: traces, vectors, cards, profiles, keys, journals. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVER_KEYS_FILE } from '../../../src/cli/options/server-options.js';
import { expectFile, parseFileText } from '../../../src/json/index.js';
import { parseYuan } from '../../../src/money.js';
import { foldPlate } from '../../../src/plate.js';
import { redactText } from '../../../src/redact.js';
import { encodeHeader, encodeLine } from '../../../src/server/journal/format.js';
import { NO_HEAD, parseLine } from '../../../src/server/journal/lines.js';
import { readEntries, readExtent } from '../../../src/server/journal/read-journal.js';
import { verifyAudit } from '../../../src/server/verify/audit-file.js';
import { CARD_PROFILE, DEFAULT_PROFILE } from '../../../src/simulator/profile.js';
import {
  createVirtualCard,
  personalise,
  restoreCard,
  saveCard,
} from '../../../src/simulator/index.js';
import { formatTrace, parseTrace, replayTransport } from '../../../src/transport/index.js';
import { parseVectorFile, runVectors } from '../../../src/vectors/index.js';
import { TEST_KEY_SETS } from '../../../src/testing/index.js';
import { answered, answeredLater, type FuzzTarget, law, same, textOf } from '../target.js';

const vectors = (file: string): string => readFileSync(join('vectors', file), 'utf8');
const given = JSON.parse(vectors('given.json')) as { readonly groups: readonly object[] };
const small = JSON.stringify({ ...given, groups: given.groups.slice(0, 3) });

const TRACE: FuzzTarget = {
  name: 'trace',
  form: 'text',
  seeds: [
    vectors('traces/3des-torn.txt').slice(0, 1200),
    '# ATR: 3B00\n=> 805C000204\n# 12ms\n<= 000013889000\n=> 00B0\n# LOST maybe\n',
  ],
  words: ['# ATR: ', '=> ', '<= ', '# LOST no', '# LOST maybe', '**', 'ms\n', '\r\n'],
  run: (input) => {
    const trace = answered(() => parseTrace(textOf(input)));
    if (trace === undefined) return;
    law(same(parseTrace(formatTrace(trace)), trace), 'a trace that is read otherwise again');
    answered(() => replayTransport(formatTrace(trace)));
  },
};

const VECTORS: FuzzTarget = {
  name: 'vectors',
  form: 'json',
  seeds: [small, small.slice(0, 400)],
  words: ['"result"', '"valid"', '"invalid"', '"masterKey"', '"type"'],
  run: (input) => {
    const text = textOf(input);
    const file = answered(() => parseVectorFile(text));
    if (file !== undefined) answered(() => runVectors(file));
  },
};

const CARD: FuzzTarget = {
  name: 'card-file',
  form: 'json',
  seeds: [saveCard(personalise({ kind: 'sm4-5x', balanceFen: 100 }))],
  words: ['"ep"', '"pin"', 'null', '"onlineAtc"', '65535', '"proofs"'],
  run: (input) => {
    const text = textOf(input);
    const card = answered(() => restoreCard(text), '');
    if (card === undefined) return;
    law(same(restoreCard(saveCard(card)), card), 'a card that is restored otherwise again');
    const held = createVirtualCard(card);
    held.reset();
    for (const command of ['00A40000021001', '805C000204', '00B0950000', '0020000003123456']) {
      const answer = held.exchange(Uint8Array.from(Buffer.from(command, 'hex')));
      law(answer.length >= 2, 'an answer without a status word');
    }
  },
};

const PROFILE: FuzzTarget = {
  name: 'profile',
  form: 'json',
  seeds: [JSON.stringify(DEFAULT_PROFILE)],
  run: (input) => {
    const text = textOf(input);
    answered(() => expectFile(CARD_PROFILE, parseFileText(text, 'profile'), 'profile'), text);
  },
};

const KEYS: FuzzTarget = {
  name: 'server-keys',
  form: 'json',
  seeds: [
    JSON.stringify({
      hsm: { allowSoftwareKeys: 'test', keys: TEST_KEY_SETS },
      terminals: [{ keyId: 'terminal-1', secret: '5a'.repeat(32), scopes: ['recharge'] }],
    }),
  ],
  words: ['"scopes"', '"former"', '"pkcs11"', '"outlet"', '"maxAmountFen"'],
  run: (input) => {
    const text = textOf(input);
    answered(() => expectFile(SERVER_KEYS_FILE, parseFileText(text, 'keys'), 'keys'), text);
  },
};

const WORDS: FuzzTarget = {
  name: 'typed-words',
  form: 'text',
  seeds: ['100.00', '￥1,000', '甘A12345', '甘Ａ１２３４５', '0.01', '6201220000001234'],
  words: ['元', '，', '．', '-', '京', '港'],
  run: (input) => {
    const text = textOf(input);
    const amountFen = answered(() => parseYuan(text));
    if (amountFen !== undefined) law(Number.isSafeInteger(amountFen) && amountFen >= 0, 'no fen');
    const folded = foldPlate(text);
    law(foldPlate(folded) === folded, 'a plate that folds further');
    law(redactText(redactText(text)) === redactText(text), 'a text that is redacted further');
  },
};

const folder = mkdtempSync(join(tmpdir(), 'quancun-fuzz-'));
const file = join(folder, 'journal');

async function readJournal(): Promise<void> {
  const extent = answered(() => readExtent(file));
  const to = extent?.end.sequence ?? 3;
  await answeredLater(async () => {
    for await (const entry of readEntries(file, extent?.behind ?? 0, Math.min(to, 1000))) {
      parseLine(entry);
    }
  });
}

/** As it stands, and with its hashes set right: what is behind them is reached too. */
const JOURNAL: FuzzTarget = {
  name: 'journal',
  form: 'text',
  seeds: [
    [
      '{"sequence":1,"kind":"issue","orderId":"O1","cardNumber":"6201220000001234","atc":1}',
      '{"sequence":2,"kind":"tac","orderId":"O1"}',
      '{"sequence":3,"kind":"seal"}',
    ].join('\n'),
    '{"orderId":"O1","cardNumber":"6201220000001234","atc":1,"random":"01020304","atMs":1}',
  ],
  words: ['"sequence":', '"head":"', '"kind":"seal"', '"kind":"issue"', '\n'],
  run: async (input) => {
    writeFileSync(file, input);
    await readJournal();
    const after = { sequence: 0, head: NO_HEAD };
    let [lines, head] = [encodeHeader({ journalId: 'AA', after }), NO_HEAD];
    for (const body of textOf(input).split('\n')) {
      head = createHash('sha256')
        .update(head + body)
        .digest('hex');
      lines += encodeLine({ head, body });
    }
    writeFileSync(file, lines);
    await readJournal();
  },
};

const AUDIT: FuzzTarget = {
  name: 'audit-file',
  form: 'text',
  seeds: [
    `${JSON.stringify({ before: '0'.repeat(64), atMs: 1, orderId: 'O1', evidence: 'create', from: 'CREATED', to: 'CREATED', hash: '0'.repeat(64) })}\n`,
    '{"end":true,"events":0,"chains":0,"digest":"00"}\n',
  ],
  run: async (input) => {
    const lines = textOf(input).split('\n');
    async function* told(): AsyncGenerator<string> {
      for (const line of lines) yield await Promise.resolve(line);
    }
    await answeredLater(() => verifyAudit(told(), () => undefined));
  },
};

export const TEXTS: readonly FuzzTarget[] = [
  ...[TRACE, VECTORS, CARD, PROFILE, KEYS, WORDS, JOURNAL, AUDIT],
];
