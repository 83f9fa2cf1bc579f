/** Makes inputs from inputs: bytes, words and values changed, taken away, doubled, exchanged. */

/** What parsers stumble over. */
const BYTES = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0xfe, 0xff, 0x0a, 0x22, 0x5c, 0x61, 0x90];
const VALUES = [
  ...[null, true, false, 0, -0, -1, 1, 0.5, 1e308, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 65536],
  ...['', ' ', '0', '-1', '1e3', '\u0000', '\ud800', '甘', '__proto__', 'constructor', 'toString'],
  ...['9'.repeat(40), 'a'.repeat(300), '0001', '2026-02-30', 'AA', '0x10', '１２'],
  ...[[], {}, [null], [[]], { length: 1 }, { __proto__: null }, ['a', 'a']],
];
const WORDS = ['"', '{', '}', '[', ']', ',', ':', '\n', '\\', '-', 'null', '\u2028', '\uFEFF'];

/**
 * @param {number} seed
 * @param {string} form `bytes`, `text` or `json`
 * @param {readonly string[]} words
 */
export function createMutator(seed, form, words) {
  const dice = diceOf(seed);
  const texts = form === 'bytes' ? words : [...words, ...WORDS];
  return {
    /** @param {readonly Uint8Array[]} corpus @returns {Uint8Array} */
    next(corpus) {
      // Those that came last reach what is new.
      const at =
        dice.below(2) === 0 ? dice.below(corpus.length) : corpus.length - dice.below(8) - 1;
      let input = corpus[Math.max(0, at)] ?? new Uint8Array(0);
      if (form === 'json' && dice.below(4) > 0) {
        const changed = changeJson(dice, input);
        if (changed !== undefined) return changed;
      }
      for (let count = 1 << dice.below(4); count > 0; count -= 1) {
        input = changeBytes(dice, input, corpus, texts);
      }
      return Uint8Array.from(input);
    },
  };
}

/**
 * @param {Dice} dice @param {Uint8Array} input
 * @param {readonly Uint8Array[]} corpus @param {readonly string[]} texts
 * @returns {Uint8Array}
 */
function changeBytes({ below, one }, input, corpus, texts) {
  const at = below(input.length + 1);
  const size = 1 + below(Math.min(16, input.length || 1));
  const [before, behind] = [input.subarray(0, at), input.subarray(at)];
  switch (below(9)) {
    case 0:
      return changedAt(input, at, (input[at] ?? 0) ^ (1 << below(8)));
    case 1:
      return changedAt(input, at, below(256));
    case 2:
      return changedAt(input, at, one(BYTES));
    case 3:
      return changedAt(input, at, (input[at] ?? 0) + below(7) - 3);
    case 4:
      return joined(before, behind.subarray(size));
    case 5:
      return joined(
        before,
        Uint8Array.from({ length: size }, () => below(256)),
        behind,
      );
    case 6: {
      // A piece once more, somewhere.
      const from = below(input.length);
      return joined(before, input.subarray(from, from + size), behind);
    }
    case 7: {
      const other = one(corpus);
      return joined(before, other.subarray(below(other.length + 1)));
    }
    default: {
      if (texts.length === 0) return changedAt(input, at, below(256));
      const word = Buffer.from(one(texts));
      return joined(before, word, behind.subarray(below(2) * word.length));
    }
  }
}

/** Nothing where it is no JSON any more. @param {Dice} dice @param {Uint8Array} input */
function changeJson(dice, input) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(Buffer.from(input).toString());
  } catch {
    return undefined;
  }
  for (let count = 1 + dice.below(3); count > 0; count -= 1) value = changeValue(dice, value);
  return Uint8Array.from(Buffer.from(JSON.stringify(value) ?? 'null'));
}

/** @param {Dice} dice @param {unknown} value @returns {unknown} */
function changeValue(dice, value, depth = 0) {
  const { below, one } = dice;
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0 || depth > 6 || below(6) === 0) return changeLeaf(dice, value);
  const [name, held] = one(entries);
  const others = entries.filter(([known]) => known !== name);
  const names = [...entries.map(([known]) => known), 'more', '__proto__', ''];
  const changed = [
    ...[others, [...others, [one(names), held]]],
    ...Array(3).fill([...others, [name, changeValue(dice, held, depth + 1)]]),
  ][below(5)];
  return Array.isArray(value)
    ? changed.map((/** @type {[string, unknown]} */ [, item]) => item)
    : Object.fromEntries(changed);
}

/** @param {Dice} dice @param {unknown} value @returns {unknown} */
function changeLeaf({ below, one }, value) {
  if (typeof value === 'number' && below(2) === 0) return value + below(5) - 2;
  if (typeof value !== 'string' || value === '' || below(2) === 0) return one(VALUES);
  const at = below(value.length);
  const put = one(['', '0', 'F', 'z', ' ', '甘', value]);
  return value.slice(0, at) + put + value.slice(at + below(2));
}

/** @param {Uint8Array} input @param {number} at @param {number} byte */
function changedAt(input, at, byte) {
  const copy = input.slice();
  if (at < copy.length) copy[at] = byte;
  return copy;
}

/** @param {Uint8Array[]} parts */
function joined(...parts) {
  return Uint8Array.from(Buffer.concat(parts));
}

/**
 * The same throws for the same seed (mulberry32).
 * @param {number} seed
 * @typedef {ReturnType<typeof diceOf>} Dice
 */
function diceOf(seed) {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  /** @param {number} end */
  const below = (end) => Math.floor(random() * end);
  return {
    below,
    /** @template T @param {readonly T[]} list @returns {T} */
    one: (list) => /** @type {T} */ (list[below(list.length)]),
  };
}
