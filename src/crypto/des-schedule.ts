/**
 * DES key schedules by table. A round key is a selection of key bits, so the whole schedule is
 * linear: schedule(a xor b) = schedule(a) xor schedule(b). The tables hold forge's own schedule of
 * every value of each key byte; a key's schedule is the xor of eight rows. No constant of DES is
 * repeated here. A purse needs a fresh schedule for every card and session, and this makes one in
 * a third of the time.
 */
import { QuancunError } from '../errors.js';
import type { DesEngine, Schedule } from './forge-des.js';
import { CIPHER_ENGINE } from './errors.js';

/** Words in the schedule of one DES key. */
export const SCHEDULE_WORDS = 32;

/** Rows a key byte has: 2^7, as its lowest bit is parity. */
const ROWS = 128;

/** Writes the schedule of the DES key at `key[keyOffset…+8]` to `words[wordOffset…+32]`. */
export type ExpandInto = (
  key: Uint8Array,
  keyOffset: number,
  words: number[],
  wordOffset: number,
) => void;

/**
 * Makes the tables from an engine (128 KB, under a millisecond) and gives the function that uses
 * them.
 *
 * 由引擎生成密钥编排表，返回快速展开函数。
 *
 * @throws CIPHER_ENGINE when the engine's schedule is not linear
 */
export function createExpandInto(engine: DesEngine): ExpandInto {
  const table = buildTable(engine);
  return (key, at, words, wordOffset) => {
    const a = rowOf(0, key[at]);
    const b = rowOf(1, key[at + 1]);
    const c = rowOf(2, key[at + 2]);
    const d = rowOf(3, key[at + 3]);
    const e = rowOf(4, key[at + 4]);
    const f = rowOf(5, key[at + 5]);
    const g = rowOf(6, key[at + 6]);
    const h = rowOf(7, key[at + 7]);
    for (let w = 0; w < SCHEDULE_WORDS; w += 1) {
      words[wordOffset + w] =
        (table[a + w] as number) ^
        (table[b + w] as number) ^
        (table[c + w] as number) ^
        (table[d + w] as number) ^
        (table[e + w] as number) ^
        (table[f + w] as number) ^
        (table[g + w] as number) ^
        (table[h + w] as number);
    }
  };
}

function rowOf(position: number, byte: number | undefined): number {
  return (position * ROWS + ((byte as number) >> 1)) * SCHEDULE_WORDS;
}

function buildTable(engine: DesEngine): Int32Array {
  const table = new Int32Array(8 * ROWS * SCHEDULE_WORDS);
  for (let position = 0; position < 8; position += 1) {
    for (let row = 1; row < ROWS; row += 1) {
      // A row is the row without its highest bit, which is there already, xor that bit's schedule.
      const highest = 2 ** Math.floor(Math.log2(row));
      const words = row === highest ? expandByte(engine, position, row) : undefined;
      const to = rowOf(position, row << 1);
      const rest = rowOf(position, (row - highest) << 1);
      const bit = rowOf(position, highest << 1);
      for (let w = 0; w < SCHEDULE_WORDS; w += 1) {
        table[to + w] = words?.[w] ?? (table[rest + w] as number) ^ (table[bit + w] as number);
      }
    }
    proveRow(engine, table, position);
  }
  return table;
}

function expandByte(engine: DesEngine, position: number, row: number): Schedule {
  const key = new Uint8Array(8);
  key[position] = row << 1;
  return engine.expand(key);
}

/** The row of all bits was made by xor; the engine must say the same. */
function proveRow(engine: DesEngine, table: Int32Array, position: number): void {
  const words = expandByte(engine, position, ROWS - 1);
  const from = rowOf(position, 0xff);
  if (words.every((word, w) => word === table[from + w])) return;
  throw new QuancunError(CIPHER_ENGINE, {
    details: { engine: 'node-forge', problem: 'its key schedule is not linear' },
  });
}
