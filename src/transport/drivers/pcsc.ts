/**
 * Cards in PC/SC readers, over a binding that the host hands in: the npm package `smartcard`, or
 * any object with its few methods. The card is held exclusively: nobody else's command comes
 * between ours. Driver and card layer stay apart: 61xx and 6Cxx are `withGetResponse`'s.
 * @module
 */
import { copyOf } from '../../bytes.js';
import { QuancunError } from '../../errors.js';
import { createTurns, promiseTry } from '../../turns.js';
import { bytesOf, unreadable } from '../answer.js';
import type { Transport, TransportInfo } from '../transport.js';
import { type PcscCard, type PcscContext, type PcscReader, SCARD } from './pcsc-binding.js';
import { exchangeError, openingError } from './pcsc-errors.js';
import { CARD_ABSENT, READER_ABSENT, TRANSPORT_CLOSED, TRANSPORT_LOST } from '../errors.js';
import { COMMAND_MALFORMED } from '../../apdu/errors.js';

export type { PcscCard, PcscContext, PcscReader } from './pcsc-binding.js';

/** A reader as a person chooses it. */
export interface PcscReaderState {
  readonly name: string;
  readonly cardPresent: boolean;
  /** Absent without a card, and while one is not answering. */
  readonly atr?: Uint8Array;
}

/** Which reader, and how long a card is waited for. */
export interface PcscOptions {
  /** Its name, or a part of it. Default: the first with a card in it. */
  readonly reader?: string;
  /** Default: 0, a card must be there already. */
  readonly timeoutMs?: number;
}

/** PC/SC is asked again after at most this long: a reader may have been plugged in meanwhile. */
const ASK_AGAIN_MS = 500;
/** What errors say where no reader was named. */
const NAMELESS = '-';

/**
 * A connected card as a transport.
 * PC/SC 卡片连接（卡对象由外部注入）。
 *
 * Errors say what PC/SC says: `sent: 'no'` where it refuses before the reader is asked, `maybe`
 * where the card was removed or the exchange failed. After such a loss every exchange fails with
 * `no` until `reset`. `close` resets the card, so that no verified PIN is left behind.
 * @throws from its methods COMMAND_MALFORMED, CARD_IN_USE, TRANSPORT_LOST, TRANSPORT_FRAME,
 * TRANSPORT_CLOSED
 * @example
 * declare const card: PcscCard; // what your binding calls a connected card
 * const transport = pcscTransport(card);
 */
export function pcscTransport(card: PcscCard): Transport {
  let state: 'open' | 'lost' | 'closed' = 'open';
  // A binding works on threads: without a line, two commands overtake each other.
  const inTurn = createTurns();
  const send = async (command: Uint8Array): Promise<Uint8Array> => {
    if (state === 'closed') throw new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
    if (state === 'lost') throw new QuancunError(TRANSPORT_LOST, { sent: 'no' });
    if (command.length < 4) {
      const details = { size: command.length };
      throw new QuancunError(COMMAND_MALFORMED, { details, sent: 'no' });
    }
    const lose = (error: QuancunError): QuancunError => {
      if (error.sent !== 'no' || error.code === 'TRANSPORT_LOST') state = 'lost';
      return error;
    };
    // Bindings throw and reject; here everything is a rejection.
    const answer = await promiseTry(() => card.transmit(Array.from(command))).catch(
      (cause: unknown) => {
        throw lose(exchangeError(cause));
      },
    );
    // A reader whose card has just gone may succeed with nothing.
    const bytes = await promiseTry(() => bytesOf(answer ?? [])).catch((error: unknown) => {
      throw lose(error as QuancunError);
    });
    if (bytes.length === 0) throw lose(exchangeError('an empty answer'));
    if (bytes.length === 1) throw lose(unreadable('no status word'));
    return bytes;
  };
  const close = async (): Promise<void> => {
    if (state === 'closed') return;
    state = 'closed';
    // A card that is gone cannot be reset, and need not be.
    await promiseTry(() => card.disconnect?.(SCARD.resetCard)).catch(() => undefined);
  };
  const { reconnect } = card;
  const base: Transport = {
    info: infoOf(card),
    transmit: (given) => {
      const command = copyOf(given);
      return inTurn(() => send(command));
    },
    close: () => inTurn(close),
  };
  if (reconnect === undefined) return base;
  const reset = async (): Promise<Uint8Array> => {
    if (state === 'closed') throw new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
    const again = (): Promise<unknown> =>
      reconnect.call(card, SCARD.shareExclusive, SCARD.anyProtocol, SCARD.resetCard);
    await promiseTry(again).catch((cause: unknown) => {
      state = 'lost';
      throw openingError(cause, NAMELESS);
    });
    state = 'open';
    return Uint8Array.from(card.atr ?? []);
  };
  return { ...base, reset: () => inTurn(reset) };
}

/**
 * The readers there are, and whether a card is in them.
 * 列出读卡器。
 * @throws PCSC_UNAVAILABLE
 * @example
 * import pcsc from 'smartcard';
 * const context = new pcsc.Context() as PcscContext;
 * const names = listPcscReaders(context).map(({ name }) => name);
 */
export function listPcscReaders(context: PcscContext): PcscReaderState[] {
  return readersOf(context).map(({ name, state, atr }) => ({
    name,
    cardPresent: (state & SCARD.present) !== 0,
    ...(atr === null || atr.length === 0 ? {} : { atr: Uint8Array.from(atr) }),
  }));
}

/**
 * Waits until a card is in the reader.
 * 等待放卡。
 * @returns the reader's name
 * @throws READER_ABSENT, CARD_ABSENT, PCSC_UNAVAILABLE
 * @example
 * import pcsc from 'smartcard';
 * const context = new pcsc.Context() as PcscContext;
 * const reader = await waitForPcscCard(context, { timeoutMs: 30_000 });
 */
export async function waitForPcscCard(
  context: PcscContext,
  options: PcscOptions = {},
): Promise<string> {
  const { name } = await waitForReader(context, options, isReady);
  return name;
}

/**
 * Waits until no card is in the reader, or the reader is gone too.
 * 等待取卡。
 * @returns whether it was removed within the time
 * @throws PCSC_UNAVAILABLE
 * @example
 * import pcsc from 'smartcard';
 * const context = new pcsc.Context() as PcscContext;
 * await waitForPcscRemoval(context, { reader: 'ACS', timeoutMs: 30_000 });
 */
export async function waitForPcscRemoval(
  context: PcscContext,
  { reader, timeoutMs = 0 }: { readonly reader: string; readonly timeoutMs?: number },
): Promise<boolean> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const readers = readersOf(context).filter(({ name }) => name.includes(reader));
    if (!readers.some(({ state }) => (state & SCARD.present) !== 0)) return true;
    const leftMs = endMs - Date.now();
    if (leftMs <= 0) return false;
    await untilChange(context, readers, leftMs);
  }
}

/**
 * Waits for a card and connects to it exclusively.
 * 打开读卡器（独占）。
 * @throws READER_ABSENT, CARD_ABSENT, CARD_IN_USE, PCSC_UNAVAILABLE, TRANSPORT_CONNECT
 * @example
 * import pcsc from 'smartcard';
 * const context = new pcsc.Context() as PcscContext;
 * const transport = await openPcscReader(context, { timeoutMs: 30_000 });
 */
export async function openPcscReader(
  context: PcscContext,
  options: PcscOptions = {},
): Promise<Transport> {
  const reader = await waitForReader(context, options, isReady);
  try {
    return pcscTransport(await reader.connect(SCARD.shareExclusive, SCARD.anyProtocol));
  } catch (cause) {
    throw openingError(cause, reader.name);
  }
}

async function waitForReader(
  context: PcscContext,
  { reader: wanted, timeoutMs = 0 }: PcscOptions,
  isWanted: (reader: PcscReader) => boolean,
): Promise<PcscReader> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const all = readersOf(context);
    const readers = matching(all, wanted);
    const found = readers.find(isWanted);
    if (found !== undefined) return found;
    const leftMs = endMs - Date.now();
    if (leftMs > 0) {
      await untilChange(context, readers, leftMs);
      continue;
    }
    const row = readers.length === 0 ? READER_ABSENT : CARD_ABSENT;
    const details = { reader: wanted ?? (namesOf(readers) || NAMELESS), readers: namesOf(all) };
    throw new QuancunError(row, { details, sent: 'no' });
  }
}

/** Waits a little: for these readers, or, where there are none, for the time alone. */
async function untilChange(
  context: PcscContext,
  readers: PcscReader[],
  leftMs: number,
): Promise<void> {
  const waitMs = Math.min(leftMs, ASK_AGAIN_MS);
  if (readers.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    return;
  }
  await promiseTry(() => context.waitForChange(readers, waitMs)).catch((cause: unknown) => {
    throw openingError(cause, namesOf(readers));
  });
}

function namesOf(readers: readonly PcscReader[]): string {
  return readers.map(({ name }) => name).join(', ');
}

/** A whole name means that reader and no other; a part of one, those that have it. */
function matching(readers: readonly PcscReader[], wanted: string | undefined): PcscReader[] {
  const exact = readers.filter(({ name }) => name === wanted);
  if (exact.length > 0) return exact;
  return readers.filter(({ name }) => wanted === undefined || name.includes(wanted));
}

/** A card just put in is mute until it is powered. */
function isReady({ state, atr }: PcscReader): boolean {
  return (state & SCARD.present) !== 0 && (state & SCARD.mute) === 0 && (atr?.length ?? 0) > 0;
}

function readersOf(context: PcscContext): readonly PcscReader[] {
  try {
    return context.listReaders();
  } catch (cause) {
    throw openingError(cause, NAMELESS);
  }
}

function infoOf({ protocol, atr }: PcscCard): TransportInfo {
  return {
    kind: 'pcsc',
    maxBatch: 1,
    ...(protocol === SCARD.t0 ? { protocol: 'T=0' as const } : {}),
    ...(protocol === SCARD.t1 ? { protocol: 'T=1' as const } : {}),
    ...(atr === undefined || atr === null ? {} : { atr: Uint8Array.from(atr) }),
  };
}
