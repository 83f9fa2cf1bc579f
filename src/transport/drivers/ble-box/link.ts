/**
 * One Bluetooth link: sends messages, gives their answers, answers the box's own requests. One
 * message at a time; a link whose answer did not come stays broken, because what comes late would
 * be taken for the answer to something else.
 */
import type { Env } from '../../../env.js';
import { isQuancunError, QuancunError, restated, type Sent } from '../../../errors.js';
import type { TransmitOptions } from '../../transport.js';
import type { BoxDialect } from './dialects.js';
import { createMessageReader, encodeMessage } from './frame.js';
import { type BoxPacket, PACKET } from './packet.js';
import { createPacketMemory } from './repeats.js';
import { type BoxHost, openWire, type Wire } from './wire.js';
import { AUTH_RESPONSE, encodeWrapper, INIT_RESPONSE, wrappedData } from './wrapper.js';
import {
  TRANSPORT_ABORTED,
  TRANSPORT_CLOSED,
  TRANSPORT_LOST,
  TRANSPORT_TIMEOUT,
} from '../../errors.js';

/** Options of an exchange whose deadline is settled. */
export type Timed = TransmitOptions & { readonly timeoutMs: number };

/** A link to a box. */
export interface BoxLink {
  /** Resolves when the box has asked to be initialised and has been answered. */
  greeted(timeoutMs: number): Promise<void>;
  /** Sends a message, gives its answer. */
  ask(message: Uint8Array, options: Timed): Promise<Uint8Array>;
  /** Gives the link up: nothing more is believed that comes over it. */
  lose(): void;
  close(): Promise<void>;
}

interface Waiter<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** What was asked, and how its answer begins. */
interface Question extends Waiter<Uint8Array> {
  readonly answerCode: number;
  /** Whether it has gone out to its end. */
  isAsked(): boolean;
}

/** Where answers come in: the open question, and what is none to it. */
function createInbox(dialect: BoxDialect) {
  let waiting: Question | undefined;
  // A box may speak of its battery, asked or not: that is no answer, now or to what comes next.
  const isAside = ([code]: Uint8Array): boolean => code !== waiting?.answerCode;
  const messages = createMessageReader(dialect, isAside);
  return {
    expect: (question: Question): void => {
      waiting = question;
    },
    heard: (body: Uint8Array): void => {
      const frame = wrappedData(body);
      if (frame?.[0] !== dialect.startByte) return;
      const message = messages.push(frame);
      if (message === undefined || waiting === undefined || isAside(message)) return;
      // Before the question had gone out: the answer to an older one.
      if (!waiting.isAsked()) return;
      waiting.resolve(message);
      waiting = undefined;
    },
    end: (error: unknown): void => {
      waiting?.reject(error);
      waiting = undefined;
    },
  };
}

/** Opens a link over what the host hands in. */
export function openLink(host: BoxHost, dialect: BoxDialect, env: Pick<Env, 'sleep'>): BoxLink {
  let sequence = 0;
  const inbox = createInbox(dialect);
  const packets = createPacketMemory();
  const greeting = pending<unknown>();
  const answerBox = (command: number, body: Uint8Array): Promise<void> => {
    sequence += 1;
    const turn = wire.write({ command, sequence, body });
    turn.catch(wire.fail);
    return turn;
  };
  const wire: Wire = openWire(host, {
    packet: (packet: BoxPacket) => {
      if (packets.isCopy(packet)) return;
      const { command, body } = packet;
      if (command === PACKET.authRequest) void answerBox(PACKET.authResponse, AUTH_RESPONSE);
      if (command === PACKET.initRequest) {
        void answerBox(PACKET.initResponse, INIT_RESPONSE).then(greeting.resolve, greeting.reject);
      }
      if (command === PACKET.sendData) inbox.heard(body);
    },
    end: (error) => {
      inbox.end(error);
      greeting.reject(error);
    },
  });
  return {
    greeted: async (timeoutMs) => {
      await deadline(greeting.promise, { timeoutMs }, env);
    },
    ask: async (message, options) => {
      expectReady(wire, options);
      let sent: Sent = 'no';
      const answer = pending<Uint8Array>();
      const answerCode = (message[0] ?? 0) + dialect.answerOffset;
      inbox.expect({ ...answer, answerCode, isAsked: () => sent === 'maybe' });
      const frames = encodeMessage(message, (sequence += 1) & 0xff, dialect);
      const sendAll = async (): Promise<Uint8Array> => {
        for (const [at, frame] of frames.entries()) {
          const packet = { command: PACKET.push, sequence, body: encodeWrapper(frame) };
          // The box can run a message when its last piece is there, and not before.
          await wire.write(packet, at < frames.length - 1 ? undefined : () => (sent = 'maybe'));
        }
        return answer.promise;
      };
      try {
        return await deadline(Promise.race([sendAll(), answer.promise]), options, env);
      } catch (cause) {
        const error = isQuancunError(cause)
          ? restated(cause, { sent, cause })
          : new QuancunError(TRANSPORT_LOST, { sent, cause });
        wire.fail(error);
        throw error;
      }
    },
    lose: () => {
      wire.fail(new QuancunError(TRANSPORT_LOST, { sent: 'maybe' }));
    },
    close: () => wire.close(),
  };
}

function expectReady(wire: Wire, { signal }: Timed): void {
  if (wire.state() === 'closed') throw new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
  if (wire.state() === 'lost') throw new QuancunError(TRANSPORT_LOST, { sent: 'no' });
  if (signal?.aborted === true) throw new QuancunError(TRANSPORT_ABORTED, { sent: 'no' });
}

/** A promise that is settled from outside; nobody need listen when it fails. */
function pending<T>(): Waiter<T> & { readonly promise: Promise<T> } {
  let waiter: Waiter<T> | undefined;
  const promise = new Promise<T>((resolve, reject) => (waiter = { resolve, reject }));
  promise.catch(() => undefined);
  return { ...(waiter as unknown as Waiter<T>), promise };
}

/** Waits until the answer is there, the time is over, or the caller has had enough. */
function deadline<T>(
  answer: Promise<T>,
  { timeoutMs, signal }: Timed,
  env: Pick<Env, 'sleep'>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(new QuancunError(TRANSPORT_ABORTED, { sent: 'maybe' }));
    };
    signal?.addEventListener('abort', onAbort);
    const settled = answer.then(resolve, reject).then(() => {
      signal?.removeEventListener('abort', onAbort);
    });
    void env.sleep(timeoutMs, settled).then(() => {
      reject(new QuancunError(TRANSPORT_TIMEOUT, { details: { timeoutMs }, sent: 'maybe' }));
    });
  });
}
