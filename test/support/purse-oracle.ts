/**
 * Recomputes every cryptogram of a session through OpenSSL: the formulas of the purse written down
 * once more, over the bytes on the wire and the card's keys.
 */
import type { CardState } from '../../src/simulator/index.js';
import { oracleDiversify, oracleEcb, oracleMac } from './crypto-oracle.js';

/** One exchange as it went over the wire. */
export interface Wire {
  readonly command: Uint8Array;
  readonly response: Uint8Array;
}

type Name = '3des' | 'sm4';

/** What OpenSSL found wrong, and how many codes it looked at. */
export interface OracleReport {
  readonly checked: number;
  readonly wrong: readonly string[];
}

interface Open {
  readonly p1: number;
  readonly index: number;
  readonly request: Uint8Array;
  readonly answer: Uint8Array;
  readonly type: number;
}

/** Checks MAC1, MAC2 and TAC of every load and purchase that the exchanges hold. */
export function auditSession(card: CardState, wires: readonly Wire[]): OracleReport {
  const wrong: string[] = [];
  let checked = 0;
  let open: Open | undefined;
  const expect = (what: string, expected: Uint8Array, seen: Uint8Array): void => {
    checked += 1;
    const same = hex(expected.slice(0, 4)) === hex(seen);
    if (!same) wrong.push(`${what} ${hex(seen)}, OpenSSL says ${hex(expected.slice(0, 4))}`);
  };
  for (const { command, response } of wires) {
    const [cla = 0, ins = 0, p1 = 0, p2 = 0] = command;
    const ok = hex(response.slice(-2)) === '9000';
    const data = response.slice(0, -2);
    if (cla !== 0x80 || !ok) continue;
    if (ins === 0x50) {
      const type = typeOf(p1, p2);
      open = { p1, index: command[5] ?? 0, request: command.slice(5, 16), answer: data, type };
      if (p1 === 0) {
        const message = [...data.slice(0, 4), ...amountTypeTerminal(open)];
        expect('MAC1', macUnder(card, open, [0x80, 0], message), data.slice(12, 16));
      }
    } else if (ins === 0x52 && open?.p1 === 0) {
      const [dateTime, mac2] = [command.slice(5, 12), command.slice(12, 16)];
      const message = [...amountTypeTerminal(open), ...dateTime];
      expect('MAC2', macUnder(card, open, [0x80, 0], message), mac2);
      const after = uint(data4(open.answer, 0) + data4(open.request, 1));
      const tacMessage = [...after, ...open.answer.slice(4, 6), ...message];
      expect('TAC', tacUnder(card, open, tacMessage), data.slice(0, 4));
      open = undefined;
    } else if (ins === 0x54 && p1 === 1 && open !== undefined) {
      const [serial, dateTime] = [command.slice(5, 9), command.slice(9, 16)];
      const low = [...serial.slice(2)];
      const message = [...amountTypeTerminal(open), ...dateTime];
      expect('MAC1', macUnder(card, open, low, message), command.slice(16, 20));
      expect('MAC2', macUnder(card, open, low, [...open.request.slice(1, 5)]), data.slice(4, 8));
      const tacMessage = [...amountTypeTerminal(open), ...serial, ...dateTime];
      expect('TAC', tacUnder(card, open, tacMessage), data.slice(0, 4));
      open = undefined;
    }
  }
  return { checked, wrong };
}

function typeOf(p1: number, p2: number): number {
  if (p1 === 0) return p2 === 1 ? 1 : 2;
  return p1 === 3 ? 9 : p2 === 1 ? 5 : 6;
}

function amountTypeTerminal({ request, type }: Open): number[] {
  return [...request.slice(1, 5), type, ...request.slice(5, 11)];
}

function macUnder(card: CardState, open: Open, ending: number[], message: number[]): Uint8Array {
  const use = open.p1 === 0 ? 'load' : 'purchase';
  const key = card.keys.find((one) => one.use === use && one.index === open.index);
  if (key === undefined) throw new Error(`the card has no ${use} key ${String(open.index)}`);
  const purchase = open.p1 !== 0;
  const random = purchase ? open.answer.slice(11, 15) : open.answer.slice(8, 12);
  const input = Uint8Array.from([...random, ...open.answer.slice(4, 6), ...ending]);
  const name = nameOf(key.algorithm);
  const value = bytes(key.value);
  const session =
    name === 'sm4' ? oracleDiversify(name, value, input) : oracleEcb(name, value, input);
  return oracleMac(name, session, Uint8Array.from(message));
}

function tacUnder(card: CardState, open: Open, message: number[]): Uint8Array {
  const use = open.p1 === 0 ? 'load' : 'purchase';
  const algorithm = card.keys.find((one) => one.use === use && one.index === open.index)?.algorithm;
  const key = card.keys.find((one) => one.use === 'tac' && one.algorithm === algorithm);
  if (key === undefined) throw new Error('the card has no TAC key');
  const name = nameOf(key.algorithm);
  const value = bytes(key.value);
  const folded = value.slice(0, 8).map((byte, index) => byte ^ (value[index + 8] ?? 0));
  return oracleMac(name, name === 'sm4' ? value : folded, Uint8Array.from(message));
}

function nameOf(algorithm: number): Name {
  return algorithm === 4 ? 'sm4' : '3des';
}

function data4(data: Uint8Array, at: number): number {
  return Buffer.from(data).readUInt32BE(at);
}

function uint(value: number): number[] {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value % 2 ** 32);
  return [...out];
}

function hex(data: Uint8Array): string {
  return Buffer.from(data).toString('hex');
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
