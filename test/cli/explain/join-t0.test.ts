/** A session at a T=0 reader holds the same codes as the session itself. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../../src/apdu/index.js';
import { fromHex, toHex } from '../../../src/bytes.js';
import { joiningT0 } from '../../../src/cli/explain/join-t0.js';
import {
  type CheckedCode,
  type CodeChecker,
  createCodeChecker,
} from '../../../src/explain/index.js';
import { readToolKeys } from '../../../src/cli/options/tool-keys.js';
import { parseTrace } from '../../../src/transport/index.js';

type Exchange = readonly [command: string, response?: string];

const FOLDER = new URL('../../../vectors/traces/', import.meta.url);
const checker = (name: string): CodeChecker =>
  createCodeChecker(
    readToolKeys(new URL(`${name.slice(0, name.indexOf('-'))}-keys.json`, FOLDER).pathname),
  );
const session = (name: string): Exchange[] =>
  parseTrace(readFileSync(new URL(`${name}.txt`, FOLDER), 'utf8')).exchanges.map(
    ({ command, response }): Exchange => (response === undefined ? [command] : [command, response]),
  );

/** The same exchange at a T=0 reader, its answer in so many parts. */
function atT0([command, response]: Exchange, parts: number): Exchange[] {
  const { data, ne } = parseCommand(fromHex(command));
  const isCase4 = data.length > 0 && ne > 0;
  if (!isCase4) return [response === undefined ? [command] : [command, response]];
  const bare = command.slice(0, -2);
  if (response === undefined) return [[bare]];
  const [body, sw] = [response.slice(0, -4), response.slice(-4)];
  if (body === '') return [[bare, response]];
  const size = body.length / 2;
  const first = parts === 1 ? size : Math.floor(size / 2);
  const more = (bytes: number): string => `61${toHex(Uint8Array.of(bytes))}`;
  const rest = (bytes: number): string => `00C00000${toHex(Uint8Array.of(bytes))}`;
  const fetched: Exchange[] =
    parts === 1
      ? [[rest(size), `${body}${sw}`]]
      : [
          [rest(first), `${body.slice(0, 2 * first)}${more(size - first)}`],
          [rest(0), `6C${toHex(Uint8Array.of(size - first))}`],
          [rest(size - first), `${body.slice(2 * first)}${sw}`],
        ];
  return [[bare, more(size)], ...fetched];
}

function codesOf(check: CodeChecker, exchanges: readonly Exchange[]): CheckedCode[] {
  return exchanges.flatMap(([command, response]) => [
    ...check(fromHex(command), response === undefined ? undefined : fromHex(response)),
  ]);
}

describe.each(['3des-recharge', '3des-toll', '3des-torn', 'sm4-recharge', 'sm4-toll', 'sm4-torn'])(
  '%s',
  (name) => {
    test.each([1, 2])('in %i parts', (parts) => {
      const plain = codesOf(checker(name), session(name));
      expect(plain.length).toBeGreaterThan(1);
      expect(plain.every(({ held }) => held)).toBe(true);
      const joined = joiningT0(checker(name));
      expect(
        codesOf(
          joined,
          session(name).flatMap((one) => atT0(one, parts)),
        ),
      ).toEqual(plain);
    });
  },
);

test('a rest that is lost, or never fetched: what the command holds is checked all the same', () => {
  const [name, exchanges] = ['3des-recharge', session('3des-recharge')];
  const upTo = exchanges.findIndex(([command]) => command.startsWith('8052'));
  const [credit = ''] = exchanges[upTo] ?? [];
  const before = exchanges.slice(0, upTo).flatMap((one) => atT0(one, 1));
  const ends: Exchange[][] = [
    [[credit.slice(0, -2), '6104'], ['00C0000004']],
    [
      [credit.slice(0, -2), '6104'],
      ['805C000204', '000013889000'],
    ],
  ];
  for (const end of ends) {
    const names = codesOf(joiningT0(checker(name)), [...before, ...end]).map((code) => code.name);
    expect(names).toEqual(['MAC1', 'MAC2']);
  }
});
