/** A load at the bench that is torn: it says so, is never run again, and is settled by the card. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';
import { createVirtualCard, personalise, type VirtualCard } from '../../src/simulator/index.js';
import { serveCardOverTcp } from '../../src/transport/drivers/tcp.js';
import { events, quancun, type Said, temporaryFolder } from '../support/quancun-process.js';

const folder = temporaryFolder();
const KEYS = 'vectors/traces/3des-keys.json';
const CREDIT = 0x52;
const INITIALIZE = 0x50;
const PROVE = 0x5a;

type Answer = (command: Uint8Array, right: () => Uint8Array, drop: () => void) => Uint8Array;
const plain: Answer = (_command, right) => right();

/** The card in a reader of its own; what was sent to it, by instruction. */
async function inReader(card: VirtualCard, answer: Answer = plain) {
  const sent: number[] = [];
  const exchange = (command: Uint8Array): Uint8Array => {
    sent.push(command[1] ?? 0);
    const drop = (): void => void server.close();
    return answer(command, () => card.exchange(command), drop);
  };
  const server = await serveCardOverTcp({ reset: () => card.reset(), exchange }, { port: 0 });
  const close = (): Promise<void> => server.close();
  return { url: `tcp:127.0.0.1:${String(server.port)}`, sent, close };
}

const newCard = (): VirtualCard =>
  createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 500, onlineAtc: 7 }));

/** Loads 1.00, and tears the card away at CREDIT; what was printed to settle it. */
async function tear(card: VirtualCard, isWritten: boolean, ...more: readonly string[]) {
  const torn = await inReader(card, (command, right, drop) => {
    if (command[1] !== CREDIT) return right();
    if (isWritten) right();
    drop();
    return new Uint8Array(2);
  });
  const money = ['--terminal', '000440101001', '--amount', '1', ...more];
  const said = await quancun('purse', 'load', '--card', torn.url, '--keys', KEYS, ...money);
  const [, line = ''] = /npx quancun (purse settle .*)\n/.exec(said.out) ?? [];
  return { said, words: line.split(' ') };
}

/** The printed words, with the card in another reader, and other keys where they are said. */
function settle(words: readonly string[], url: string, keys = KEYS): Promise<Said> {
  const at = (name: string): number => words.indexOf(name) + 1;
  const said = words.map((word, index) =>
    index === at('--card') ? url : index === at('--keys') ? keys : word,
  );
  return quancun(...said);
}

function keysWithout(...names: readonly string[]): string {
  const file = join(folder, `without-${names.join('-')}.json`);
  const all = JSON.parse(readFileSync(join(ROOT, KEYS), 'utf8')) as Record<string, unknown>;
  const left = Object.entries(all).filter(([name]) => !names.includes(name));
  writeFileSync(file, JSON.stringify(Object.fromEntries(left)));
  return file;
}

describe('purse settle', () => {
  test('a torn load says that it is in doubt, and with which words it is settled', async () => {
    const { said, words } = await tear(newCard(), true);
    expect(said.status).toBe(1);
    expect(said.err).toMatch(
      /in doubt whether the card was written[^]*BENCH_LOAD_IN_DOUBT: Never run this load twice/,
    );
    expect(words).toEqual(expect.arrayContaining(['--atc', '7', '--before', '000001F4']));
    const { said: json } = await tear(newCard(), false, '--json');
    const [doubt] = events(json.out).filter(({ event }) => event === 'in-doubt');
    expect(doubt).toMatchObject({ onlineAtc: 7, before: '000001F4' });
  });

  test.each([
    ['written: by the TAC that 805A shows', true, 0, /WRITTEN: shown by the TAC/, false],
    ['not written: by the counter', false, 0, /NOT WRITTEN: shown by the counter/, true],
  ])('%s', async (_name, isWritten, status, says, isInitialized) => {
    const card = newCard();
    const { words } = await tear(card, isWritten);
    const reader = await inReader(card);
    const said = await settle(words, reader.url);
    expect([said.status, said.err]).toEqual([status, '']);
    expect(said.out).toMatch(says);
    expect(reader.sent).not.toContain(CREDIT);
    expect(reader.sent.includes(INITIALIZE)).toBe(isInitialized);
    if (isInitialized) {
      expect(reader.sent.indexOf(PROVE)).toBeLessThan(reader.sent.indexOf(INITIALIZE));
    }
    expect(card.state.ep.balanceFen).toBe(isWritten ? 600 : 500);
    await reader.close();
  });

  test('written, and no TAC key: the proof is printed before INITIALIZE, the counter decides', async () => {
    const card = newCard();
    const { words } = await tear(card, true);
    const reader = await inReader(card);
    const { status, out } = await settle(words, reader.url, keysWithout('tacKey'));
    expect(status).toBe(0);
    expect(out).toMatch(
      /805A for ATC 8: MAC 0{8} TAC [0-9A-F]{8}[^]*WRITTEN: shown by the counter/,
    );
    await reader.close();
  });

  test.each<[string, string[], Answer]>([
    [
      '805A is not answered',
      [],
      (command, right, drop) => {
        if (command[1] !== PROVE) return right();
        drop();
        return new Uint8Array(2);
      },
    ],
    ['no key proves anything', ['tacKey', 'loadKey'], plain],
    [
      'INITIALIZE is refused',
      ['tacKey'],
      (command, right) => (command[1] === INITIALIZE ? Uint8Array.of(0x69, 0x85) : right()),
    ],
    [
      'MAC1 does not hold',
      ['tacKey'],
      (command, right) => {
        const answer = right();
        if (command[1] === INITIALIZE) answer[12] = (answer[12] ?? 0) ^ 0xff;
        return answer;
      },
    ],
  ])('in doubt where %s', async (_name, missing, answer) => {
    const card = newCard();
    const { words } = await tear(card, true);
    const reader = await inReader(card, answer);
    const said = await settle(words, reader.url, keysWithout(...missing, 'nothing'));
    expect([said.status, said.err.includes('BENCH_LOAD_IN_DOUBT')]).toEqual([1, true]);
    expect(said.err).toContain('in doubt whether the card was written');
    expect(reader.sent).not.toContain(CREDIT);
    if (missing.length === 0) expect(reader.sent).not.toContain(INITIALIZE);
    await reader.close();
  });

  test('in doubt where other loads came between', async () => {
    const card = newCard();
    const { words } = await tear(card, false);
    for (let load = 0; load < 2; load += 1) {
      const reader = await inReader(card);
      const money = ['--terminal', '000440101002', '--amount', '2'];
      await quancun('purse', 'load', '--card', reader.url, '--keys', KEYS, ...money);
      await reader.close();
    }
    const reader = await inReader(card);
    const said = await settle(words, reader.url);
    expect([said.status, said.out]).toEqual([1, expect.stringContaining('counter stands at 9')]);
    await reader.close();
  });

  test('in doubt where the counter was moved by another load, whose TAC shows it', async () => {
    const card = newCard();
    const { words } = await tear(card, true);
    const reader = await inReader(card);
    // The words of another load at the same counter.
    const other = words.map((word, at) => (words[at - 1] === '--time' ? '000001' : word));
    const said = await settle(other, reader.url);
    expect([said.status, said.err.includes('BENCH_LOAD_IN_DOUBT')]).toEqual([1, true]);
    expect(said.out).toMatch(/the TAC behind it is not of this load/);
    await reader.close();
  });

  test('the words of the load are asked for; --json says what was found', async () => {
    const card = newCard();
    const { words } = await tear(card, true);
    const without = words.filter((_word, index) => {
      const at = words.indexOf('--date');
      return index !== at && index !== at + 1;
    });
    const wrong = await quancun(...without);
    expect([wrong.status, wrong.err]).toEqual([2, expect.stringContaining('--date')]);
    const reader = await inReader(card);
    const { out } = await settle([...words, '--json'], reader.url);
    const [found] = events(out).filter(({ event }) => event === 'settled');
    expect(found).toMatchObject({ written: true, by: 'tac', balanceFen: 600 });
    await reader.close();
  });
});

test('a code that is wrong behind CREDIT or DEBIT: never run it again', async () => {
  for (const [work, ins, garbled] of [
    ['load', CREDIT, '112233449000'],
    ['purchase', 0x54, '11223344556677889000'],
  ] as const) {
    const reader = await inReader(newCard(), (command, right) => {
      const answer = right();
      return command[1] === ins ? Uint8Array.from(Buffer.from(garbled, 'hex')) : answer;
    });
    const money = ['--terminal', '000440101001', '--amount', '1'];
    const { status, err } = await quancun(
      ...['purse', work, '--card', reader.url, '--keys', KEYS, ...money],
    );
    expect([status, err]).toEqual([
      1,
      expect.stringMatching(
        /CRYPTOGRAM_WRONG: Stop\. Contact the administrator\. Never run this again/,
      ),
    ]);
    expect(reader.sent.filter((one) => one === ins)).toHaveLength(1);
    await reader.close();
  }
});
