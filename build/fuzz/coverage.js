/** Which places of the code inputs have reached, and about how often. */

/** Each place counts so often, roughly: once, twice, a few times, many times. */
const COUNTS = [0, 1, 2, 4, 4, 8, 8, 8, 8];

/** @param {number} count how many places there are */
export function createCoverage(count) {
  // Two places in one word, so that a look over all of them is short.
  const places = new Uint16Array(2 * Math.ceil(count / 2));
  const pairs = new Uint32Array(places.buffer);
  const seen = new Uint8Array(places.length);
  let reached = 0;

  /** @param {number} at */
  const isNewPlace = (at) => {
    const bit = COUNTS[Math.min(places[at] ?? 0, 8)] ?? 8;
    const before = seen[at] ?? 0;
    if ((before & bit) === bit) return false;
    if (before === 0) reached += 1;
    seen[at] = before | bit;
    return true;
  };
  return {
    /** Counted up by the code itself. */
    places,
    reached: () => reached,
    /** Whether the last input reached something that none before it did. */
    isNew() {
      let found = false;
      for (let word = 0; word < pairs.length; word += 1) {
        if (pairs[word] === 0) continue;
        const first = isNewPlace(2 * word);
        found = isNewPlace(2 * word + 1) || first || found;
      }
      return found;
    },
  };
}
