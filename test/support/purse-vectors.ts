/** The cryptogram vectors of vectors/given.json, ready for the formulas. */
import { fromHex } from '../../src/bytes.js';
import { cipherByName } from '../../src/crypto/cipher-by-name.js';
import type { Cipher } from '../../src/crypto/cipher.js';
import { computeLoadSessionKey, computePurchaseSessionKey } from '../../src/purse/session-key.js';
import { givenTests } from './given-vectors.js';

interface VectorFields {
  readonly id: string;
  readonly cipher: '3des' | 'sm4';
  readonly key?: string;
  readonly sessionKey?: string;
  readonly tacKey?: string;
  readonly tacKeyXor?: string;
  readonly random: string;
  readonly onlineAtc: number;
  readonly offlineAtc: number;
  readonly terminalSerial?: string;
  readonly balanceFen: number;
  readonly amountFen: number;
  readonly transactionType: number;
  readonly terminal: string;
  readonly date: string;
  readonly time: string;
  readonly mac1?: string;
  readonly mac2?: string;
  readonly tac?: string;
  readonly result: string;
}

/** One vector: inputs as the formulas take them, and what must come out (hex). */
export interface PurseVector {
  readonly id: string;
  readonly suite: Cipher;
  readonly key?: Uint8Array;
  readonly sessionKey: Uint8Array;
  readonly tacKey?: Uint8Array;
  readonly inputs: ReturnType<typeof readInputs>;
  readonly expected: Pick<VectorFields, 'sessionKey' | 'mac1' | 'mac2' | 'tac'>;
}

/** The `loadCryptogram` vectors, and the published load of a real card out of its raw APDUs. */
export function loadVectors(): PurseVector[] {
  const cryptograms = givenTests<VectorFields>('loadCryptogram').map((fields) =>
    readVector(fields, computeLoadSessionKey),
  );
  return [...cryptograms, ...givenTests<RawLoad>('load').map(readRawLoad)];
}

/** The `purchase` vectors. */
export function purchaseVectors(): PurseVector[] {
  return givenTests<VectorFields>('purchase').map((fields) =>
    readVector(fields, computePurchaseSessionKey),
  );
}

interface RawLoad {
  readonly sessionKey: string;
  readonly tacKeyXor: string;
  readonly initialize: { readonly response: string };
  readonly credit: { readonly command: string; readonly response: string };
  readonly expect: Pick<
    VectorFields,
    'balanceFen' | 'amountFen' | 'onlineAtc' | 'transactionType' | 'terminal' | 'date' | 'time'
  >;
}

// Sliced by offset on purpose: the command parsers have their own suite.
function readRawLoad(raw: RawLoad & { id: string; cipher: '3des' | 'sm4' }): PurseVector {
  const answer = raw.initialize.response;
  const fields = {
    ...raw.expect,
    id: raw.id,
    cipher: raw.cipher,
    sessionKey: raw.sessionKey,
    tacKeyXor: raw.tacKeyXor,
    random: answer.slice(16, 24),
    offlineAtc: 0,
    terminalSerial: '00000000',
    mac1: answer.slice(24, 32),
    mac2: raw.credit.command.slice(24, 32),
    tac: raw.credit.response.slice(0, 8),
    result: 'valid',
  };
  return readVector(fields, () => new Uint8Array(0));
}

function readVector(
  fields: VectorFields,
  sessionKeyOf: (
    suite: Cipher,
    key: Uint8Array,
    inputs: ReturnType<typeof readInputs>,
  ) => Uint8Array,
): PurseVector {
  const suite = cipherByName(fields.cipher);
  const inputs = readInputs(fields);
  const key = optionalBytes(fields.key);
  const tacKey = optionalBytes(fields.tacKey ?? fields.tacKeyXor);
  const given = optionalBytes(fields.sessionKey);
  const sessionKey = given ?? sessionKeyOf(suite, key ?? new Uint8Array(0), inputs);
  const { id, sessionKey: session, mac1, mac2, tac } = fields;
  const expected = {
    ...(session === undefined ? {} : { sessionKey: session }),
    ...(mac1 === undefined ? {} : { mac1 }),
    ...(mac2 === undefined ? {} : { mac2 }),
    ...(tac === undefined ? {} : { tac }),
  };
  return {
    id,
    suite,
    sessionKey,
    inputs,
    expected,
    ...(key === undefined ? {} : { key }),
    ...(tacKey === undefined ? {} : { tacKey }),
  };
}

function readInputs(fields: VectorFields) {
  return {
    random: fromHex(fields.random),
    onlineAtc: fields.onlineAtc,
    offlineAtc: fields.offlineAtc,
    terminalSerial: fromHex(fields.terminalSerial ?? ''),
    rawBalance: fields.balanceFen,
    rawBalanceAfter: fields.balanceFen + fields.amountFen,
    amountFen: fields.amountFen,
    transactionType: fields.transactionType,
    terminal: fromHex(fields.terminal),
    date: fields.date,
    time: fields.time,
  };
}

function optionalBytes(hex: string | undefined): Uint8Array | undefined {
  return hex === undefined ? undefined : fromHex(hex);
}
