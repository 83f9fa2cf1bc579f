/**
 * DES key schedules by table. A round key is a selection of key bits, so the whole schedule is
 * linear: schedule(a xor b) = schedule(a) xor schedule(b). And it is two schedules in one: PC-1
 * parts the key bits in two registers of 28, C and D, and PC-2 fills one half of each round key
 * from either. The tables hold forge's own schedule of every value of seven bits of a register; a
 * key's schedule is the xor of four rows for each. No constant of DES is repeated here but which
 * bits PC-1 gives to which register. A purse needs a fresh schedule for every card and session.
 */
import { QuancunError } from '../errors.js';
import type { DesEngine, Schedule } from './forge-des.js';
import { CIPHER_ENGINE } from './errors.js';
import { readWord } from './words.js';

/** Words in the schedule of one DES key. */
export const SCHEDULE_WORDS = 32;

const ROUNDS = 16;

/** Rows a table has: one for each value of seven bits. */
const ROWS = 128;

/** Words of one table; four are register C's, then four register D's. */
const TABLE_WORDS = ROWS * ROUNDS;

/**
 * Writes the schedule of the DES key at `key[keyOffset…+8]` to `words[wordOffset…+32]`, and again
 * to `words[copyOffset…+32]`, which may be the same place: two-key 3DES has its first key twice.
 */
export type ExpandInto = (
  key: Uint8Array,
  keyOffset: number,
  words: number[],
  wordOffset: number,
  copyOffset: number,
) => void;

/**
 * Makes the tables from an engine (64 KB, under a millisecond) and gives the function that uses
 * them.
 *
 * 由引擎生成密钥编排表，返回快速展开函数。
 *
 * @throws CIPHER_ENGINE when the engine's schedule is not linear, or not in two halves
 */
export function createExpandInto(engine: DesEngine): ExpandInto {
  const table = buildTable(engine);
  return (key, at, words, wordOffset, copyOffset) => {
    const high = readWord(key, at);
    const low = readWord(key, at + 4);
    const c = registerC(high, low);
    const d = registerD(high, low);
    const c0 = rowOf(0, c >>> 24);
    const c1 = rowOf(1, c >>> 16);
    const c2 = rowOf(2, c >>> 8);
    const c3 = rowOf(3, c);
    const d0 = rowOf(4, d >>> 24);
    const d1 = rowOf(5, d >>> 16);
    const d2 = rowOf(6, d >>> 8);
    const d3 = rowOf(7, d);
    // The hot loop, two rounds a turn. Its numbers are written out: a name of this file is a place
    // in memory to a bundle, and was read at each use, for a fifth of the time.
    for (let r = 0, to = wordOffset, copy = copyOffset; r < 16; r += 2, to += 4, copy += 4) {
      const left = xorOf(table, c0 + r, c1 + r, c2 + r, c3 + r);
      const right = xorOf(table, d0 + r, d1 + r, d2 + r, d3 + r);
      const nextLeft = xorOf(table, c0 + r + 1, c1 + r + 1, c2 + r + 1, c3 + r + 1);
      const nextRight = xorOf(table, d0 + r + 1, d1 + r + 1, d2 + r + 1, d3 + r + 1);
      words[copy] = words[to] = (left & 0xffff0000) | (right >>> 16);
      words[copy + 1] = words[to + 1] = (left << 16) | (right & 0xffff);
      words[copy + 2] = words[to + 2] = (nextLeft & 0xffff0000) | (nextRight >>> 16);
      words[copy + 3] = words[to + 3] = (nextLeft << 16) | (nextRight & 0xffff);
    }
  };
}

function xorOf(table: Int32Array, a: number, b: number, c: number, d: number): number {
  return (table[a] as number) ^ (table[b] as number) ^ (table[c] as number) ^ (table[d] as number);
}

const HIGH = 0xffff0000;
const LOW = 0xffff;

/**
 * Register C, four times seven bits: the highest three of each of the key's first four bytes, the
 * highest four of each other byte. The lowest bit of a byte is parity, and in neither register.
 */
function registerC(high: number, low: number): number {
  return ((high >>> 1) & 0x70707070) | ((low >>> 4) & 0x0f0f0f0f);
}

/** Register D, four times seven bits: the next four of the first bytes, three of the others. */
function registerD(high: number, low: number): number {
  return ((high << 2) & 0x78787878) | ((low >>> 1) & 0x07070707);
}

/** Where a row begins: TABLE_WORDS a table, ROUNDS a row, of the lowest seven bits of `row`. */
function rowOf(place: number, row: number): number {
  return place * 2048 + (row & 127) * 16;
}

function wordAt(table: Int32Array, index: number): number {
  return table[index] as number;
}

function buildTable(engine: DesEngine): Int32Array {
  const table = new Int32Array(8 * TABLE_WORDS);
  for (let place = 0; place < 8; place += 1) {
    for (let row = 1; row < ROWS; row += 1) {
      // A row is the row without its highest bit, which is there already, xor that bit's schedule.
      const highest = 2 ** Math.floor(Math.log2(row));
      const halves = row === highest ? expandRow(engine, place, row) : undefined;
      const [to, rest, bit] = [
        rowOf(place, row),
        rowOf(place, row - highest),
        rowOf(place, highest),
      ];
      for (let round = 0; round < ROUNDS; round += 1) {
        table[to + round] =
          halves?.[round] ?? wordAt(table, rest + round) ^ wordAt(table, bit + round);
      }
    }
    // The row of all bits was made by xor; the engine must say the same.
    const whole = expandRow(engine, place, ROWS - 1);
    const from = rowOf(place, ROWS - 1);
    if (!whole.every((half, round) => half === table[from + round])) {
      throw scheduleError('its key schedule is not linear');
    }
  }
  return table;
}

/** The halves of the round keys that seven bits of one register make: a word for each round. */
function expandRow(engine: DesEngine, place: number, row: number): number[] {
  const schedule = engine.expand(keyOf(place, row));
  const lefts = Array.from({ length: ROUNDS }, (_, round) => leftOf(schedule, 2 * round));
  const rights = Array.from({ length: ROUNDS }, (_, round) => rightOf(schedule, 2 * round));
  const [own, other] = place < 4 ? [lefts, rights] : [rights, lefts];
  if (other.some((half) => half !== 0)) throw scheduleError('its round keys are not in two halves');
  return own;
}

/** The key that has nothing but seven bits of one register: what registerC and registerD undo. */
function keyOf(place: number, row: number): Uint8Array {
  const key = new Uint8Array(8);
  const at = place & 3;
  key[at] = place < 4 ? (row << 1) & 0xe0 : (row >> 2) & 0x1e;
  key[at + 4] = place < 4 ? (row << 4) & 0xf0 : (row << 1) & 0x0e;
  return key;
}

/** The half from register C. */
function leftOf(schedule: Schedule, at: number): number {
  return ((schedule[at] as number) & HIGH) | ((schedule[at + 1] as number) >>> 16);
}

/** The half from register D. */
function rightOf(schedule: Schedule, at: number): number {
  return ((schedule[at] as number) << 16) | ((schedule[at + 1] as number) & LOW);
}

function scheduleError(problem: string): QuancunError {
  return new QuancunError(CIPHER_ENGINE, { details: { engine: 'node-forge', problem } });
}
