/**
 * What every INITIALIZE command sends: `keyIndex(1) | amount(4) | terminal(6)`.
 */
import { type Command, expectCommand, mismatch } from '../apdu/index.js';
import { concat, expectLength, expectRange, readUint, writeUint } from '../bytes.js';
import { type Purse, purseOfP2 } from './purse-id.js';

/** The data of an INITIALIZE command. */
export interface InitializeRequest {
  readonly keyIndex: number;
  /** 0 to 0xFFFFFFFF. Zero is a harmless way to ask for balance and counter. */
  readonly amountFen: number;
  /** Terminal number, 6 bytes. */
  readonly terminal: Uint8Array;
  /** Default: `ep`. */
  readonly purse?: Purse;
}

/** Encodes the data field. @throws BYTES_RANGE, BYTES_LENGTH */
export function encodeInitialize(request: InitializeRequest): Uint8Array {
  const { keyIndex, amountFen, terminal } = request;
  expectRange('keyIndex', keyIndex, 0, 0xff);
  expectLength('terminal', terminal, 6);
  return concat(Uint8Array.of(keyIndex), writeUint(amountFen, 4, 'amountFen'), terminal);
}

/** Takes an INITIALIZE command apart. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseInitialize(bytes: Uint8Array, name: string, p1: number): InitializeRequest {
  const pattern = { name, cla: 0x80, ins: 0x50, p1, dataBytes: 11 };
  const { data, p2 }: Command = expectCommand(bytes, pattern);
  const purse = purseOfP2(p2);
  if (purse === undefined) throw mismatch(name);
  const request = {
    keyIndex: data[0] ?? 0,
    amountFen: readUint(data, 1, 4),
    terminal: data.slice(5),
  };
  return purse === 'ep' ? request : { ...request, purse };
}
