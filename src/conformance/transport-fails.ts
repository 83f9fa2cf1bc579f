/** The rules of the transport suite about what fails: loss, silence, closing, and what is said. */
import { fromHex, toHex } from '../bytes.js';
import { isQuancunError, type QuancunError } from '../errors.js';
import type { AbortSignalLike } from '../transport/index.js';
import { broken } from './conformance.js';
import { echo } from './recording-card.js';
import { numbered } from './transport-carries.js';
import {
  expectNotDenied,
  expectBytes,
  expectSeen,
  expectUnsent,
  failureOf,
  type Rule,
} from './transport-rig.js';

const SELECT = fromHex('00A40000021001');
const BALANCE = fromHex('805C000204');
const PIN = fromHex('323731383238');
const VERIFY = Uint8Array.from([0x00, 0x20, 0x00, 0x00, 0x06, ...PIN]);
const MAC2 = fromHex('C0DEFACE');
const CREDIT = Uint8Array.from([...fromHex('805200000B20260115100000'), ...MAC2, 0x04]);
const TIMEOUT_MS = 20;

/** A signal that a test pulls: hosts without AbortController have only such. */
export interface ManualSignal extends AbortSignalLike {
  abort(): void;
}

/** Makes one. */
export function manualSignal(): ManualSignal {
  const listeners = new Set<() => void>();
  let aborted = false;
  return {
    get aborted() {
      return aborted;
    },
    addEventListener: (_type, listener) => void listeners.add(listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener),
    abort: () => {
      aborted = true;
      for (const listener of [...listeners]) listener();
    },
  };
}

/** Rules of what happens when something goes wrong. */
export const FAILS: Readonly<Record<string, Rule>> = {
  'lost before the card had the command: no or maybe, and sent to no card': async (open) => {
    const { card, transport, lose } = await open();
    if (lose === undefined) return 'no lose';
    await transport.transmit(SELECT);
    lose('before');
    const error = await failureOf(transport.transmit(BALANCE));
    if (error.sent === 'yes') throw broken(`${error.code} says yes, and the card never had it`);
    expectSeen(card, [SELECT]);
    return true;
  },
  'lost after the card executed the command: maybe or yes, never no': async (open) => {
    const { card, transport, lose } = await open();
    if (lose === undefined) return 'no lose';
    lose('after');
    await expectNotDenied(transport.transmit(BALANCE));
    expectSeen(card, [BALANCE]);
    return true;
  },
  'after a loss no answer of before is taken for an answer of now': async (open) => {
    const { transport, lose } = await open();
    if (lose === undefined) return 'no lose';
    lose('after');
    await failureOf(transport.transmit(SELECT));
    const next = transport.transmit(BALANCE);
    const answer = await next.catch(() => undefined);
    if (answer === undefined) await failureOf(next);
    else expectBytes(answer, echo(BALANCE));
    return true;
  },
  'an answer that comes twice is not the answer to the next command': async (open) => {
    const { card, transport, repeat } = await open();
    if (repeat === undefined) return 'no repeat';
    repeat();
    const commands = numbered(4);
    for (const command of commands) expectBytes(await transport.transmit(command), echo(command));
    expectSeen(card, commands);
    return true;
  },
  'CREDIT FOR LOAD is not sent again when it was lost': async (open) => {
    if ((await open()).lose === undefined) return 'no lose';
    for (const when of ['before', 'after'] as const) {
      const { card, transport, lose } = await open();
      lose?.(when);
      const error = await failureOf(transport.transmit(CREDIT));
      expectSeen(card, when === 'after' ? [CREDIT] : []);
      if (when === 'after' && error.sent === 'no') throw broken('it was written, and it says no');
    }
    return true;
  },
  'no error tells a PIN or a MAC2': async (open) => {
    if ((await open()).lose === undefined) return 'no lose';
    for (const when of ['before', 'after'] as const) {
      for (const [command, secret] of [
        [VERIFY, PIN],
        [CREDIT, MAC2],
      ] as const) {
        const { transport, lose } = await open();
        lose?.(when);
        expectSilent(await failureOf(transport.transmit(command)), secret);
      }
    }
    return true;
  },
  'what is no answer is an error, and the card had the command': async (open) => {
    for (const answer of [[], [0x90]]) {
      const { card, transport } = await open();
      card.answerBy(() => answer);
      await expectNotDenied(transport.transmit(BALANCE));
      expectSeen(card, [BALANCE]);
    }
    return true;
  },
  'cancelled before it began: refused unsent, or carried as if nothing was': async (open) => {
    const opened = await open();
    const signal = manualSignal();
    signal.abort();
    const exchange = opened.transport.transmit(BALANCE, { signal });
    const outcome = await exchange.catch((error: unknown) => error);
    if (outcome instanceof Uint8Array) expectBytes(outcome, echo(BALANCE));
    else if (!isQuancunError(outcome) || outcome.sent !== 'no' || opened.card.seen.length > 0) {
      throw broken('it was refused, and does not say sent: no, or was sent');
    }
    return true;
  },
  'a card that does not answer in time: TRANSPORT_TIMEOUT, never no': async (open) => {
    const { transport, silence } = await open();
    if (silence === undefined) return 'no silence';
    silence();
    const error = await expectNotDenied(transport.transmit(BALANCE, { timeoutMs: TIMEOUT_MS }));
    if (error.code !== 'TRANSPORT_TIMEOUT') throw broken(`it says ${error.code}`);
    return true;
  },
  'cancelled under way: TRANSPORT_ABORTED, and no only where the card has not seen it': async (
    open,
  ) => {
    const { transport, silence, card } = await open();
    if (silence === undefined) return 'no silence';
    silence();
    const signal = manualSignal();
    const exchange = transport.transmit(BALANCE, { signal });
    // Long enough for any host to have begun: the command is then under way, not waiting.
    for (let turn = 0; turn < 100 && card.seen.length === 0; turn += 1) await Promise.resolve();
    signal.abort();
    const error = await failureOf(exchange);
    if (error.sent === 'no' && card.seen.length > 0)
      throw broken('it says no, and the card saw it');
    if (error.code !== 'TRANSPORT_ABORTED') throw broken(`it says ${error.code}`);
    return true;
  },
  'closed: refused with TRANSPORT_CLOSED, unsent': async (open) => {
    const opened = await open();
    const { transport } = opened;
    await transport.transmit(SELECT);
    await transport.close();
    const attempts = [
      () => transport.transmit(BALANCE),
      ...(transport.transmitBatch === undefined
        ? []
        : [() => transport.transmitBatch?.([BALANCE])]),
      ...(transport.reset === undefined ? [] : [() => transport.reset?.()]),
    ];
    for (const attempt of attempts) {
      const error = await expectUnsent(opened, Promise.resolve(attempt()));
      if (error.code !== 'TRANSPORT_CLOSED') throw broken(`it says ${error.code}`);
    }
    return true;
  },
  'closing twice is closing once': async (open) => {
    const { transport } = await open();
    await transport.transmit(SELECT);
    await transport.close();
    await transport.close().catch(() => {
      throw broken('the second close failed');
    });
    return true;
  },
};

/** In hex, in decimal, or as the digits that a person would type. */
function expectSilent(error: QuancunError, secret: Uint8Array): void {
  const { message, messageZh, stack = '' } = error;
  const said = `${JSON.stringify(error)} ${message} ${messageZh} ${stack}`;
  const packed = said.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
  const digits = Array.from(secret, (byte) => String.fromCharCode(byte)).join('');
  const inDecimal = Array.from(secret).join('');
  const ascii = /^\d+$/.test(digits) ? [digits] : [];
  for (const form of [toHex(secret), inDecimal, ...ascii]) {
    if (packed.includes(form)) throw broken('an error tells a secret of its command');
  }
}
