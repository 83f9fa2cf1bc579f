/**
 * Writes the cryptogram vectors: `node vectors/generate/main.mjs`. The same bytes every time; a
 * test holds the files against this program. Nothing of the library is used.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hex } from './bytes.mjs';
import { group, vector, vectorFile } from './file.mjs';
import { cryptograms, left4, LOAD, PURCHASE, work } from './formulas.mjs';
import { FINISHED, keyMistakes, MACS, MESSAGES, PLACES, TRANSACTIONS } from './mistakes.mjs';
import { requestSignatures } from './request-signatures.mjs';
import { SUITES } from './suites.mjs';
import { loads, purchases } from './transactions.mjs';

const KINDS = [
  { name: 'load', type: 'loadCryptogram', kind: LOAD, transactions: loads },
  { name: 'purchase', type: 'purchase', kind: PURCHASE, transactions: purchases },
];
const CODES = ['mac1', 'mac2', 'tac'];
const VALID_FLAGS = {
  'load-2': 'EmptyPurse',
  'load-3': 'Deposit',
  'load-4': 'Limits',
  'purchase-2': 'CompoundPurchase',
  'purchase-3': 'Deposit',
};

/** The files, by name. */
export function generate() {
  return Object.fromEntries(
    KINDS.map(({ name, type, kind, transactions }) => [
      `${name}-cryptograms.json`,
      vectorFile(
        `Session keys, MAC1, MAC2 and TAC of ${name}s, and every mistake in making them that has been seen or can be feared. Made by vectors/generate from OpenSSL, 3DES checked by crypto-js.`,
        SUITES.map((suite) =>
          group(
            type,
            suite,
            transactions(suite).flatMap((t, at) => testsOf(suite, name, kind, t, at + 1)),
          ),
        ),
      ),
    ]),
  );
}

function testsOf(suite, name, kind, t, number) {
  const right = cryptograms(suite, kind, t);
  const id = (rest) => `${suite.name}-${name}-${number}-${rest}`;
  const fields = fieldsOf(t);
  const { session } = work(suite, kind, t);
  const codes = Object.fromEntries(CODES.map((code) => [code, hex(right[code])]));
  const flags = ['Right', VALID_FLAGS[`${name}-${number}`]].filter(Boolean);
  const whole = { ...fields, sessionKey: hex(session), ...codes };
  const tests = [vector(id('right'), whole, 'valid', ...flags)];
  for (const code of CODES) {
    tests.push(vector(id(`${code}-alone`), { ...fields, [code]: codes[code] }, 'valid', ...flags));
    const seen = new Set([codes[code]]);
    for (const [flag, wrong] of mistakesIn(suite, name, kind, t, code, right)) {
      // A mistake that changes nothing in this transaction is no test.
      if (seen.has(hex(wrong))) continue;
      seen.add(hex(wrong));
      const place = id(`${code}-${flag}-${seen.size - 1}`);
      tests.push(vector(place, { ...fields, [code]: hex(wrong) }, 'invalid', flag));
    }
  }
  return tests;
}

function* mistakesIn(suite, name, kind, t, code, right) {
  const { keys, messages } = work(suite, kind, t);
  const [key, message] = [keys[code], messages[code]];
  for (const [flag, changes] of Object.entries(FINISHED)) {
    for (const change of changes) yield [flag, change(right[code])];
  }
  for (const other of CODES) if (other !== code) yield ['OtherCode', right[other]];
  for (const [flag, mac] of Object.entries(MACS)) yield [flag, left4(mac(suite, key, message))];
  for (const [flag, wrongKey] of Object.entries(keyMistakes(suite, kind, t)[code])) {
    if (wrongKey !== undefined) yield [flag, left4(suite.mac(wrongKey, message))];
  }
  for (const [flag, change] of Object.entries(TRANSACTIONS)) {
    const changed = change(t);
    if (changed.balanceFen < 0) continue;
    yield [flag, left4(suite.mac(key, kind.messages[code](changed)))];
  }
  for (const [flag, change] of Object.entries(MESSAGES)) {
    yield [flag, left4(suite.mac(key, change(message, PLACES[name][code])))];
  }
}

/** The fields of a test: bytes as hex, in the order of the formulas. */
function fieldsOf(t) {
  const { name: _name, ...rest } = t;
  return Object.fromEntries(
    Object.entries(rest).map(([field, value]) => [
      field,
      typeof value === 'object' ? hex(value) : value,
    ]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = { ...generate(), 'request-signatures.json': requestSignatures() };
  for (const [name, file] of Object.entries(files)) {
    const target = new URL(`../${name}`, import.meta.url);
    writeFileSync(target, `${JSON.stringify(file, null, 1)}\n`);
    const tests = file.groups.flatMap((one) => one.tests);
    const invalid = tests.filter(({ result }) => result === 'invalid').length;
    console.log(`${name}: ${tests.length} tests, ${invalid} of them invalid`);
  }
}
