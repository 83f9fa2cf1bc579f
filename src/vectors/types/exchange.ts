/**
 * One command and its response: command, response → what `expect` says of the parsed fields, or of
 * the status word. The command must also come out of its file's `build` again.
 */
import * as v from 'valibot';
import {
  explainStatus,
  parseCommand,
  parseResponse,
  SW_OK,
  type Status,
  swText,
} from '../../apdu/index.js';
import { equalConstantTime } from '../../bytes.js';
import type { Cipher } from '../../crypto/index.js';
import { type CommandFile, findCommandFile, findTransactionType } from '../../purse/index.js';
import { compareFields, type FieldValues } from '../expected-fields.js';
import { bytesOf, hex, type TestOf, type Written } from '../forms.js';
import type { VectorTest } from '../file.js';
import { looseOf, saying } from '../../json/index.js';
import { isRecord } from '../compare.js';
import type { Findings } from '../findings.js';

export const type = 'exchange';
export const about = "One command file's build and parse.";

/** What a test holds. */
export const fields = {
  command: hex(),
  response: hex(),
  /** The status word alone, or fields. */
  expect: v.exactOptional(
    v.union([v.string(), looseOf({})], saying('a text or an object', '文本或对象')),
  ),
};
type Test = TestOf<typeof fields>;
type Claim = Pick<VectorTest, 'result'>;

/** With one of these a test says that the card answers so, refusal or not. */
const STATUS_FIELDS = ['sw', 'status', 'triesLeft', 'ok'];

/** Parses both, and holds the fields against `expect`. */
export function run(test: Test & Claim, _cipher: Cipher, findings: Findings): void {
  const [command, response] = [bytesOf(test.command), bytesOf(test.response)];
  const expected = expectedOf(test);
  const file = findCommandFile(command);
  const parsed = new ParsedFields();
  parsed.addAll(parseCommand(command));
  const { data, sw } = parseResponse(response);
  parsed.addAll({ sw, data, status: sw });
  if (file !== undefined) {
    const request = file.parseCommand(command);
    parsed.addAll({ purse: 'ep' }, request);
    addTransactionType(parsed, command);
    findings.add('build', rebuildsCommand(file, request, command));
  }
  const answer = file?.parse(response) ?? anyAnswer(sw);
  parsed.addAll(answer);
  if (isRecord((answer as { fci?: unknown }).fci)) parsed.addAll((answer as { fci: object }).fci);
  addBalance(parsed);
  const status = (answer as { status?: Status }).status;
  if (status !== undefined) {
    parsed.addAll(status);
    // A refusal that the test announces is right, unless the test calls the exchange invalid.
    const announced = STATUS_FIELDS.some((name) => name in expected);
    const right = announced && test.result !== 'invalid';
    findings.add(right ? 'status' : `the card refused: ${swText(sw)}`, right);
    parsed.tolerate(Object.keys(expected));
  }
  compareFields(expected, parsed.values, findings);
}

/** Every name with all the values it has in command, response and explanation. */
class ParsedFields {
  readonly values: Record<string, FieldValues> = { triesLeft: [] };

  addAll(...sources: readonly object[]): void {
    for (const source of sources) {
      for (const [name, value] of Object.entries(source)) {
        this.values[name] = [value, ...(this.values[name] ?? [])];
      }
    }
  }

  /** Of a refusal nothing is parsed: fields that were expected are absent, not unknown. */
  tolerate(names: readonly string[]): void {
    for (const name of names) this.values[name] ??= [];
  }
}

/** The status may stand alone: `"expect": "6A82"`. */
function expectedOf({ expect = {} }: Test): Written {
  return typeof expect === 'string' ? { sw: expect } : expect;
}

function anyAnswer(sw: number): object {
  return sw === SW_OK ? { ok: true } : { ok: false, status: explainStatus(sw) };
}

/** Le apart: cards take a command with and without it, and files write both. */
function rebuildsCommand(file: CommandFile, request: object, command: Uint8Array): boolean {
  const [built, given] = [parseCommand(file.build(request as never)), parseCommand(command)];
  return (
    built.cla === given.cla &&
    built.ins === given.ins &&
    built.p1 === given.p1 &&
    built.p2 === given.p2 &&
    equalConstantTime(built.data, given.data)
  );
}

function addTransactionType(parsed: ParsedFields, command: Uint8Array): void {
  const transactionType = findTransactionType(command);
  if (transactionType !== undefined) parsed.addAll({ transactionType });
}

/** A file may write the four bytes of a balance, or the money in them. */
function addBalance(parsed: ParsedFields): void {
  const { balanceFen, rawBalance } = parsed.values;
  if (balanceFen !== undefined) parsed.values.balanceFen = [...balanceFen, ...(rawBalance ?? [])];
}
