/**
 * A HarmonyOS IsoDepTag as it behaves: numbers in and out, BusinessError thrown at once by what is
 * synchronous and as a rejection by transmit, 3100201 for a card that is slow as well as for one
 * that is not connected, and a connection that a lost card takes with it.
 */
import type { CardLike } from '../../../src/testing/index.js';
import type { HarmonyIsoDep } from '../../../src/transport/drivers/harmony.js';
import { type Field, fieldOf, later, leak } from './field.js';

/** A tag with a card in the field. */
export interface FakeHarmony extends HarmonyIsoDep {
  readonly field: Field;
  readonly timeoutMs: () => number;
}

/** What may be wrong with the phone. */
export interface HarmonyQuirks {
  readonly permission?: boolean;
  readonly historicalBytes?: number[];
  /** The number that a lost card is reported with. */
  readonly lostCode?: number;
}

const LIMIT_BYTES = 261;

class BusinessError extends Error {
  constructor(
    readonly code: number,
    message = '',
  ) {
    super(message);
  }
}

/** Makes one. */
export function fakeHarmony(card: CardLike, quirks: HarmonyQuirks = {}): FakeHarmony {
  const { permission = true, historicalBytes, lostCode = 3100204 } = quirks;
  const field = fieldOf(card);
  let connected = false;
  let timeoutMs = 0;
  const allowed = (): void => {
    if (!permission) throw new BusinessError(201, 'permission denied');
  };
  return {
    field,
    timeoutMs: () => timeoutMs,
    isConnected: () => connected,
    connect: () => {
      allowed();
      if (!field.isThere()) throw new BusinessError(3100201);
      connected = true;
    },
    resetConnection: () => {
      if (!connected) throw new BusinessError(3100201);
      connected = false;
      // Connecting again activates the card anew.
      if (field.isThere()) field.putBack();
    },
    getMaxTransmitSize: () => LIMIT_BYTES,
    setTimeout: (wantedMs) => {
      timeoutMs = wantedMs;
    },
    ...(historicalBytes === undefined ? {} : { getHistoricalBytes: () => historicalBytes }),
    transmit: async (data) => {
      allowed();
      if (!Array.isArray(data)) throw new BusinessError(401, 'parameter');
      const result = await later(() => field.exchange(Uint8Array.from(data)));
      if (result.kind === 'answered') return Array.from(result.answer);
      connected = false;
      throw new BusinessError(lostCode, `transmit ${leak(data)}`);
    },
  };
}
