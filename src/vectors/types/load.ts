/**
 * A load as raw APDUs: initialize { command, response }, credit { command, response } (optional)
 * → every cryptogram in them, and what `expect` says of fields and of cryptograms.
 */
import * as v from 'valibot';
import { swText, type Status } from '../../apdu/index.js';
import type { Cipher } from '../../crypto/index.js';
import { isQuancunError, type QuancunError } from '../../errors.js';
import {
  computeLoadSessionKey,
  creditForLoad,
  initializeForLoad,
  verifyLoadMac1,
  verifyLoadMac2,
  verifyLoadTac,
} from '../../purse/index.js';
import { compareFields, type FieldValues } from '../expected-fields.js';
import { apdus, bytesOf, testInvalid, type TestOf } from '../forms.js';
import { looseOf } from '../../json/index.js';
import type { Findings } from '../findings.js';
import { purseKeys, readSessionKey, readTacKey } from '../purse-keys.js';

export const type = 'load';
export const about = 'A load as raw APDUs.';

/** What a test may say of one cryptogram. */
const CLAIM = v.exactOptional(v.picklist(['valid', 'invalid']));

/** What a test holds. */
export const fields = {
  ...purseKeys,
  initialize: apdus(),
  credit: v.exactOptional(apdus()),
  expect: v.exactOptional(looseOf({ mac1: CLAIM, mac2: CLAIM, tac: CLAIM })),
};
type Test = TestOf<typeof fields>;

const CRYPTOGRAMS = ['mac1', 'mac2', 'tac'] as const;
/** What `expect` may name; absent where the card answered nothing or there is no credit. */
const FIELDS = [
  ...['balanceFen', 'topBit', 'amountFen', 'onlineAtc', 'keyIndex', 'keyVersion', 'algorithm'],
  ...['random', 'transactionType', 'terminal', 'purse', 'date', 'time', 'sw', 'status'],
];

/** What has been seen so far; a cryptogram that could not be looked at is left out. */
interface Seen {
  readonly fields: Record<string, FieldValues>;
  mac1?: boolean;
  mac2?: boolean;
  tac?: boolean;
}

/** Follows the load as far as its bytes go, then holds it against `expect`. */
export function run(test: Test, cipher: Cipher, findings: Findings): void {
  const { expect: expected } = test;
  const seen: Seen = { fields: Object.fromEntries(FIELDS.map((name) => [name, []])) };
  const refusal = refusalOf(() => {
    followLoad(test, cipher, findings, seen);
  });
  if (refusal !== undefined) findings.add(refusal.message, false);
  for (const name of CRYPTOGRAMS) {
    const wanted = expected?.[name];
    const right = seen[name];
    // Of a cryptogram that never came, only "invalid" can be said.
    if (right !== undefined || wanted !== undefined) findings.add(name, right === true, wanted);
  }
  if (expected !== undefined) compareFields(expected, seen.fields, findings, CRYPTOGRAMS);
}

/** An INITIALIZE that was answered. */
interface Opened {
  readonly session: Uint8Array;
  readonly request: initializeForLoad.Request;
  readonly answer: initializeForLoad.Answer;
  readonly transactionType: number;
}

function followLoad(test: Test, cipher: Cipher, findings: Findings, seen: Seen): void {
  const opened = initialize(test, cipher, findings, seen);
  const { credit, expect: expected } = test;
  if (credit === undefined) {
    const orphan = (['mac2', 'tac'] as const).find((name) => expected?.[name] !== undefined);
    if (orphan !== undefined)
      throw testInvalid(`expect.${orphan}`, { en: 'needs a credit', zh: '需要 credit' });
    return;
  }
  const request = creditForLoad.parseCommand(bytesOf(credit.command));
  const outcome = creditForLoad.parse(bytesOf(credit.response));
  seen.fields.date = [request.date];
  seen.fields.time = [request.time];
  noteStatus(seen, outcome.ok ? undefined : outcome.status, findings, 'CREDIT FOR LOAD');
  if (opened === undefined) return;
  const { session, transactionType, answer } = opened;
  const { amountFen, terminal } = opened.request;
  const inputs = { ...request, amountFen, terminal, transactionType };
  seen.mac2 = verifyLoadMac2(cipher, session, inputs, request.mac2);
  const tacKey = readTacKey(test, cipher, findings);
  if (!outcome.ok) return;
  if (tacKey === undefined) {
    if (expected?.tac === undefined) return;
    throw testInvalid('tacKey', {
      en: 'is missing: the tac cannot be checked',
      zh: '缺失，无法校验 tac',
    });
  }
  const rawBalanceAfter = answer.rawBalance + amountFen;
  const receipt = { ...inputs, rawBalanceAfter, onlineAtc: answer.onlineAtc };
  seen.tac = verifyLoadTac(cipher, tacKey, receipt, outcome.tac);
}

function initialize(
  test: Test,
  cipher: Cipher,
  findings: Findings,
  seen: Seen,
): Opened | undefined {
  const request = initializeForLoad.parseCommand(bytesOf(test.initialize.command));
  const outcome = initializeForLoad.parse(bytesOf(test.initialize.response));
  const { keyIndex, amountFen, terminal, purse = 'ep' } = request;
  // The type is not on the wire: it follows the purse.
  const transactionType = purse === 'ed' ? 1 : 2;
  noteFields(seen, { keyIndex, amountFen, terminal, purse, transactionType });
  noteStatus(seen, outcome.ok ? undefined : outcome.status, findings, 'INITIALIZE FOR LOAD');
  if (!outcome.ok) return undefined;
  const { rawBalance, topBit, onlineAtc, keyVersion, algorithm, random } = outcome;
  noteFields(seen, { topBit, onlineAtc, keyVersion, algorithm, random });
  // A file may write the four bytes, or the money in them.
  seen.fields.balanceFen = [outcome.balanceFen, rawBalance];
  const session = readSessionKey(test, findings, (key) =>
    computeLoadSessionKey(cipher, key, { random, onlineAtc }),
  );
  const inputs = { rawBalance, amountFen, terminal, transactionType };
  seen.mac1 = verifyLoadMac1(cipher, session, inputs, outcome.mac1);
  return { session, request, answer: outcome, transactionType };
}

function noteFields(seen: Seen, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) seen.fields[name] = [value];
}

/** The last status word counts; a refusal is something wrong with the load. */
function noteStatus(
  seen: Seen,
  status: Status | undefined,
  findings: Findings,
  command: string,
): void {
  const sw = status?.sw ?? 0x9000;
  seen.fields.sw = [sw];
  seen.fields.status = [status ?? { sw }, sw];
  if (status !== undefined) findings.add(`${command} refused: ${swText(sw)}`, false);
}

/** Runs, and gives the refusal of bytes if there is one; all other errors go on. */
function refusalOf(run: () => void): QuancunError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    const refused = isQuancunError(error);
    if (refused && error.code !== 'VECTOR_TEST_INVALID' && error.code !== 'INTERNAL') return error;
    throw error;
  }
}
