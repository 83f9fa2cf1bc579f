/**
 * `navigator.smartCard` as it behaves: one operation in a context at a time, otherwise
 * InvalidStateError; SmartCardErrors with a `responseCode`; exclusive access that another program
 * may have; ArrayBuffers out.
 */
import type { CardLike } from '../../../src/testing/index.js';
import type {
  WebSmartCardConnection,
  WebSmartCardHost,
} from '../../../src/transport/drivers/web-smart-card.js';
import { type Field, fieldOf, later, leak } from './field.js';

/** A browser with one reader. */
export interface FakeWebSmartCard extends WebSmartCardHost {
  readonly field: Field;
  readonly dispositions: readonly string[];
}

/** What may be otherwise. */
export interface WebSmartCardQuirks {
  readonly readers?: readonly string[];
  readonly protocol?: 't0' | 't1';
  /** What connecting is refused with. */
  readonly refuses?: string;
  readonly denied?: boolean;
}

function domException(name: string, responseCode?: string, message = ''): Error {
  return Object.assign(new Error(message), { name, ...(responseCode ? { responseCode } : {}) });
}

/** Makes one. */
export function fakeWebSmartCard(
  card: CardLike,
  quirks: WebSmartCardQuirks = {},
): FakeWebSmartCard {
  const { readers = ['Fake reader 0'], protocol = 't1', refuses, denied = false } = quirks;
  const atr = card.reset();
  const field = fieldOf(card);
  const dispositions: string[] = [];
  const connectionOf = (): WebSmartCardConnection => {
    let open = true;
    let busy = false;
    const operate = async <T>(work: () => T): Promise<T> => {
      if (!open || busy) throw domException('InvalidStateError');
      busy = true;
      try {
        return await later(work);
      } finally {
        busy = false;
      }
    };
    return {
      status: () => operate(() => ({ answerToReset: atr.slice().buffer })),
      transmit: (command) =>
        operate(() => {
          const result = field.exchange(new Uint8Array(command));
          if (result.kind === 'answered') return result.answer.slice().buffer;
          throw domException('SmartCardError', 'removed-card', leak(command));
        }),
      disconnect: (disposition) =>
        operate(() => {
          dispositions.push(disposition);
          open = false;
          if (disposition === 'reset') card.reset();
        }),
    };
  };
  return {
    field,
    dispositions,
    establishContext: async () => {
      if (denied) throw domException('NotAllowedError');
      return {
        listReaders: () => later(() => readers),
        connect: (reader) =>
          later(() => {
            if (!readers.includes(reader)) throw domException('SmartCardError', 'unknown-reader');
            if (refuses !== undefined) throw domException('SmartCardError', refuses);
            if (!field.isThere()) throw domException('SmartCardError', 'no-smartcard');
            return { connection: connectionOf(), activeProtocol: protocol };
          }),
      };
    },
  };
}
