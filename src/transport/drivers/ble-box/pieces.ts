/**
 * Pieces of packets that a Bluetooth link delivers twice. They have no numbers: the copy of a piece
 * is known by its place, where a true piece cannot stand.
 */

/** Tells copies of pieces. */
export interface PieceMemory {
  /** Whether this piece is the one before over again; `pending` bytes of a packet are there. */
  isCopy(piece: Uint8Array, pending: number): boolean;
  /**
   * A packet came out longer than it says, in the midst of which one piece stood twice: where, and
   * how long it is. `undefined` where nothing stood twice, or more than one.
   */
  twin(): { readonly at: number; readonly size: number } | undefined;
  /** The packet is whole: what comes next begins another. */
  ended(): void;
}

/** Makes a memory of one link's pieces. */
export function createPieceMemory(): PieceMemory {
  let last: Uint8Array | undefined;
  /** The beginning of this packet came twice: so does every piece of it. */
  let isDoubled = false;
  let wasCopy = false;
  let twins: { at: number; size: number }[] = [];
  const ended = (): void => {
    twins = [];
    isDoubled = false;
  };
  return {
    isCopy: (piece, pending) => {
      const isSame = last !== undefined && isEqual(piece, last);
      const isHead = isSame && pending === piece.length;
      const isTail = isSame && pending === 0 && !(piece[0] === 0xfe && piece[1] === 0x01);
      isDoubled = isDoubled || isHead;
      const copy = isHead || isTail || (isSame && isDoubled && !wasCopy);
      if (isSame && !copy && pending > 0) twins.push({ at: pending, size: piece.length });
      last = piece;
      wasCopy = copy;
      return copy;
    },
    twin: () => (twins.length === 1 ? twins[0] : undefined),
    ended,
  };
}

/** Whether two pieces are the same, byte for byte. */
export function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
