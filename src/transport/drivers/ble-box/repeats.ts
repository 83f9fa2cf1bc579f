/**
 * Packets that a Bluetooth link delivers twice: several hosts hand one on again, at once or after
 * the next. A copy must never be taken for the answer to another question.
 */
import type { BoxPacket } from './packet.js';
import { isEqual } from './pieces.js';

/** How many packets back a copy may come: far below 256, where a short counter begins again. */
const REMEMBERED = 32;

/** Tells copies of packets. */
export interface PacketMemory {
  /** Whether this one came before. */
  isCopy(packet: BoxPacket): boolean;
}

/** Makes a memory for one link. Where a box does not count its packets, no two are copies. */
export function createPacketMemory(): PacketMemory {
  const recent: BoxPacket[] = [];
  let counts = false;
  return {
    isCopy: (packet) => {
      counts = counts || recent.some(({ sequence }) => sequence !== packet.sequence);
      if (counts && recent.some((one) => isSamePacket(one, packet))) return true;
      recent.push(packet);
      if (recent.length > REMEMBERED) recent.shift();
      return false;
    },
  };
}

function isSamePacket(one: BoxPacket, other: BoxPacket): boolean {
  const isOne = one.sequence === other.sequence && one.command === other.command;
  return isOne && isEqual(one.body, other.body);
}
