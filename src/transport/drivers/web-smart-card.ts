/**
 * The driver for the Web Smart Card API (`navigator.smartCard`, isolated web apps): PC/SC in a
 * browser. Exclusive access, so that no other program can come between two commands.
 */
import type { ErrorRow, Sent } from '../../errors.js';
import { explained, type HostFailure, hostTransport } from '../host-transport.js';
import type { Transport } from '../transport.js';
import { TRANSPORT_CONNECT, TRANSPORT_DENIED, TRANSPORT_LOST } from '../errors.js';

/** What is used of a `SmartCardConnection`. */
export interface WebSmartCardConnection {
  transmit(command: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  status(): Promise<{ readonly answerToReset?: ArrayBuffer }>;
  disconnect(disposition: 'reset'): Promise<void>;
}

/** What is used of a `SmartCardContext`. */
export interface WebSmartCardContext {
  listReaders(): Promise<readonly string[]>;
  connect(
    reader: string,
    accessMode: 'exclusive',
    options: { readonly preferredProtocols: ('t0' | 't1')[] },
  ): Promise<{
    readonly connection: WebSmartCardConnection;
    readonly activeProtocol?: string;
  }>;
}

/** What is used of `navigator.smartCard`. */
export interface WebSmartCardHost {
  establishContext(): Promise<WebSmartCardContext>;
}

/** How to use it. */
export interface WebSmartCardTransportOptions {
  /** The reader's name, as `listReaders` gives it. Default: the first. */
  readonly reader?: string;
}

const KIND = 'web-smart-card';

/**
 * Errors by DOMException name, or `responseCode` of a SmartCardError. One that the API throws
 * before it hands the command to PC/SC is `no`; what PC/SC says is what it says in the driver of
 * PC/SC readers: `maybe` unless it refuses before the reader is asked.
 */
const ERRORS: Readonly<Record<string, readonly [row: ErrorRow, sent: Sent]>> = {
  NotAllowedError: [TRANSPORT_DENIED, 'no'],
  SecurityError: [TRANSPORT_DENIED, 'no'],
  // The connection is gone, by the first steps of `transmit`: nothing was handed on. That another
  // operation is under way, its other meaning, cannot be: the context is this driver's alone, and
  // a second command is refused before the API is asked.
  InvalidStateError: [TRANSPORT_LOST, 'no'],
  'sharing-violation': [TRANSPORT_DENIED, 'no'],
  'no-smartcard': [TRANSPORT_LOST, 'no'],
  'proto-mismatch': [TRANSPORT_LOST, 'no'],
  'invalid-handle': [TRANSPORT_LOST, 'no'],
  'invalid-parameter': [TRANSPORT_LOST, 'no'],
  'invalid-value': [TRANSPORT_LOST, 'no'],
  // The answer came, and was too long for the buffer.
  'insufficient-buffer': [TRANSPORT_LOST, 'yes'],
  'no-service': [TRANSPORT_DENIED, 'maybe'],
  'service-stopped': [TRANSPORT_LOST, 'maybe'],
  'reader-unavailable': [TRANSPORT_LOST, 'maybe'],
  'removed-card': [TRANSPORT_LOST, 'maybe'],
  'reset-card': [TRANSPORT_LOST, 'maybe'],
  'unpowered-card': [TRANSPORT_LOST, 'maybe'],
  'unresponsive-card': [TRANSPORT_LOST, 'maybe'],
};

/**
 * Connects to the card in a reader and makes a transport of it. Closing resets the card: a PIN that
 * was presented is not left to the next program.
 * 浏览器 Web Smart Card 驱动（独占方式连接）。
 *
 * @throws TRANSPORT_CONNECT when there is no such reader or no card in it, TRANSPORT_DENIED; on use
 * TRANSPORT_LOST, TRANSPORT_BUSY, and what {@link hostTransport} refuses
 * @example
 * declare const navigator: { readonly smartCard: WebSmartCardHost };
 * const transport = await webSmartCardTransport(navigator.smartCard);
 */
export async function webSmartCardTransport(
  smartCard: WebSmartCardHost,
  options: WebSmartCardTransportOptions = {},
): Promise<Transport> {
  const context = await opening(() => smartCard.establishContext());
  const [first] = await opening(() => context.listReaders());
  const reader = options.reader ?? first;
  let live = await open(context, reader);
  return hostTransport({
    info: {
      kind: KIND,
      protocol: live.protocol,
      maxBatch: 1,
      ...(live.atr.length === 0 ? {} : { atr: live.atr }),
    },
    exchange: (command) => live.connection.transmit(command),
    explain,
    reset: async () => {
      // A connection whose card has left cannot be ended, and need not be.
      await live.connection.disconnect('reset').catch(() => undefined);
      live = await open(context, reader);
      return live.atr;
    },
    close: () => live.connection.disconnect('reset'),
  });
}

interface Live {
  readonly connection: WebSmartCardConnection;
  readonly atr: Uint8Array;
  readonly protocol: 'T=0' | 'T=1';
}

async function open(context: WebSmartCardContext, reader: string | undefined): Promise<Live> {
  const address = reader ?? '';
  return opening(async () => {
    const wanted = { preferredProtocols: ['t0', 't1'] as ('t0' | 't1')[] };
    const { connection, activeProtocol } = await context.connect(address, 'exclusive', wanted);
    const { answerToReset } = await connection.status();
    const atr = new Uint8Array(answerToReset ?? new ArrayBuffer(0));
    return { connection, atr, protocol: activeProtocol === 't0' ? 'T=0' : 'T=1' };
  }, address);
}

/** No command has been sent yet, whatever goes wrong. */
async function opening<T>(work: () => Promise<T>, address = 'navigator.smartCard'): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, hostCode = 'unknown' } = explain(error);
    const row = code === TRANSPORT_DENIED.code ? TRANSPORT_DENIED : TRANSPORT_CONNECT;
    const failure = { ...row, sent: 'no', hostCode } as const;
    throw explained({ info: { kind: KIND }, explain: () => failure }, error, { address });
  }
}

function explain(error: unknown): HostFailure {
  const { name, responseCode } = (error ?? {}) as { name?: unknown; responseCode?: unknown };
  const hostCode = [responseCode, name].find((one): one is string => typeof one === 'string');
  const [row, sent] = ERRORS[hostCode ?? ''] ?? [TRANSPORT_LOST, 'maybe'];
  return { ...row, sent, ...(hostCode === undefined ? {} : { hostCode }) };
}
