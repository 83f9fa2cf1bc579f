/**
 * Packets over the host's Bluetooth link: cut into pieces one way, put together the other. A wire
 * that broke stays broken.
 */
import { QuancunError } from '../../../errors.js';
import { createTurns } from '../../../turns.js';
import { type BoxPacket, createPacketReader, cut, encodePacket } from './packet.js';
import { TRANSPORT_CLOSED, TRANSPORT_LOST } from '../../errors.js';

/** The host's side of the Bluetooth link: connected, and subscribed to FEC8. */
export interface BoxHost {
  /** Writes up to 20 bytes to FEC7; resolves when they have gone out. */
  write(bytes: Uint8Array): Promise<void>;
  /** Hands on what comes from FEC8, in order. Called once. */
  onNotify(listener: (bytes: Uint8Array) => void): void;
  /** Tells that the link has broken. Called once. */
  onDisconnect?(listener: () => void): void;
  close?(): Promise<void>;
}

/** A wire. */
export interface Wire {
  /** Writes a packet; `onLast` is called just before its last piece goes out. */
  write(packet: BoxPacket, onLast?: () => void): Promise<void>;
  readonly state: () => 'open' | 'lost' | 'closed';
  /** Gives the wire up. */
  fail(error: unknown): void;
  close(): Promise<void>;
}

/** What is told about a wire. */
export interface WireEvents {
  packet(packet: BoxPacket): void;
  /** Once, when it breaks or is closed. */
  end(error: unknown): void;
}

/** Opens a wire over what the host hands in. */
export function openWire(host: BoxHost, events: WireEvents): Wire {
  const packets = createPacketReader();
  let state: ReturnType<Wire['state']> = 'open';
  /** Writes of all kinds, one behind the other: pieces of two packets never mix. */
  const inTurn = createTurns();
  const isOpen = (): boolean => state === 'open';
  const end = (next: 'lost' | 'closed', error: unknown): void => {
    const first = isOpen();
    if (state !== 'closed') state = next;
    if (first) events.end(error);
  };
  const fail = (error: unknown): void => {
    end('lost', error);
  };
  host.onNotify((bytes) => {
    if (!isOpen()) return;
    try {
      for (const packet of packets.push(bytes)) events.packet(packet);
    } catch (error) {
      fail(error);
    }
  });
  host.onDisconnect?.(() => {
    fail(new QuancunError(TRANSPORT_LOST, { sent: 'maybe' }));
  });
  return {
    state: () => state,
    fail,
    write: (packet, onLast) => {
      const pieces = cut(encodePacket(packet));
      return inTurn(async () => {
        for (const [at, piece] of pieces.entries()) {
          if (!isOpen()) throw new QuancunError(TRANSPORT_LOST, { sent: 'maybe' });
          if (at === pieces.length - 1) onLast?.();
          await host.write(piece);
        }
      });
    },
    close: async () => {
      if (state === 'closed') return;
      end('closed', new QuancunError(TRANSPORT_CLOSED, { sent: 'maybe' }));
      await host.close?.();
    },
  };
}
