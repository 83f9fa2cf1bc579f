/** The list of the commands of a purse card, and which of them some bytes are: by their header. */
import {
  appendRecord,
  externalAuthenticate,
  getChallenge,
  getResponse,
  internalAuthenticate,
  readBinary,
  readRecord,
  select,
  updateBinary,
  updateRecord,
  verify,
} from '../apdu/index.js';
import * as creditForLoad from './credit-for-load.js';
import * as debitForPurchase from './debit-for-purchase.js';
import * as debitForUnload from './debit-for-unload.js';
import * as getBalance from './get-balance.js';
import * as getTransactionProve from './get-transaction-prove.js';
import * as initializeForCompoundPurchase from './initialize-for-compound-purchase.js';
import * as initializeForLoad from './initialize-for-load.js';
import * as initializeForPurchase from './initialize-for-purchase.js';
import * as initializeForUnload from './initialize-for-unload.js';
import * as updateCappDataCache from './update-capp-data-cache.js';

/** What the command files have in common. */
export interface CommandFile {
  /** Takes what `parseCommand` gives. */
  build(request: never): Uint8Array;
  parseCommand(bytes: Uint8Array): object;
  parse(response: Uint8Array): object;
}

/** A command by its header. */
export interface CommandRow {
  readonly name: string;
  readonly cla: number;
  readonly ins: number;
  readonly p1?: number;
  readonly file: CommandFile;
  /** The transaction type, of the purse (P2 02) and of the deposit (P2 01). */
  readonly types?: readonly [purse: number, deposit: number];
}

/**
 * The command file for a command; `undefined` when no room has one, or when the bytes are shorter
 * than a header.
 * 按命令头查找命令文件。
 * @example
 * import { fromHex } from 'quancun/bytes';
 * findCommandFile(fromHex('805C000204')) !== undefined; // true: GET BALANCE
 */
export function findCommandFile(command: Uint8Array): CommandFile | undefined {
  return findCommandRow(command)?.file;
}

/**
 * The transaction type that goes into the MACs of a command; it is not on the wire.
 * @example
 * import { fromHex } from 'quancun/bytes';
 * findTransactionType(fromHex('805000020B0100001C3700000100005010')); // 2
 */
export function findTransactionType(command: Uint8Array): number | undefined {
  return findCommandRow(command)?.types?.[command[3] === 0x01 ? 1 : 0];
}

/**
 * The row of a command.
 * @example
 * import { fromHex } from 'quancun/bytes';
 * findCommandRow(fromHex('805C000204'))?.name; // 'GET BALANCE'
 */
export function findCommandRow(command: Uint8Array): CommandRow | undefined {
  const [cla, ins, p1] = command;
  return ROWS.find(
    (row) => row.cla === cla && row.ins === ins && (row.p1 === undefined || row.p1 === p1),
  );
}

const ROWS: readonly CommandRow[] = [
  { name: 'VERIFY', cla: 0x00, ins: 0x20, file: verify },
  { name: 'EXTERNAL AUTHENTICATE', cla: 0x00, ins: 0x82, file: externalAuthenticate },
  { name: 'GET CHALLENGE', cla: 0x00, ins: 0x84, file: getChallenge },
  { name: 'INTERNAL AUTHENTICATE', cla: 0x00, ins: 0x88, file: internalAuthenticate },
  { name: 'SELECT', cla: 0x00, ins: 0xa4, file: select },
  { name: 'READ BINARY', cla: 0x00, ins: 0xb0, file: readBinary },
  { name: 'READ RECORD', cla: 0x00, ins: 0xb2, file: readRecord },
  { name: 'GET RESPONSE', cla: 0x00, ins: 0xc0, file: getResponse },
  { name: 'UPDATE BINARY', cla: 0x00, ins: 0xd6, file: updateBinary },
  { name: 'UPDATE RECORD', cla: 0x00, ins: 0xdc, file: updateRecord },
  { name: 'APPEND RECORD', cla: 0x00, ins: 0xe2, file: appendRecord },
  {
    name: 'INITIALIZE FOR LOAD',
    cla: 0x80,
    ins: 0x50,
    p1: 0x00,
    file: initializeForLoad,
    types: [2, 1],
  },
  {
    name: 'INITIALIZE FOR PURCHASE',
    cla: 0x80,
    ins: 0x50,
    p1: 0x01,
    file: initializeForPurchase,
    types: [6, 5],
  },
  {
    name: 'INITIALIZE FOR CAPP PURCHASE',
    cla: 0x80,
    ins: 0x50,
    p1: 0x03,
    file: initializeForCompoundPurchase,
    types: [9, 9],
  },
  {
    name: 'INITIALIZE FOR UNLOAD',
    cla: 0x80,
    ins: 0x50,
    p1: 0x05,
    file: initializeForUnload,
    types: [3, 3],
  },
  { name: 'CREDIT FOR LOAD', cla: 0x80, ins: 0x52, p1: 0x00, file: creditForLoad },
  { name: 'DEBIT FOR PURCHASE', cla: 0x80, ins: 0x54, p1: 0x01, file: debitForPurchase },
  { name: 'DEBIT FOR UNLOAD', cla: 0x80, ins: 0x54, p1: 0x03, file: debitForUnload },
  { name: 'GET TRANSACTION PROVE', cla: 0x80, ins: 0x5a, file: getTransactionProve },
  { name: 'GET BALANCE', cla: 0x80, ins: 0x5c, file: getBalance },
  { name: 'UPDATE CAPP DATA CACHE', cla: 0x80, ins: 0xdc, file: updateCappDataCache },
];
