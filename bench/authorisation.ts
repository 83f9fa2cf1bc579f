/**
 * The unit of work: what a load costs the authority. Two levels of diversification to the card's
 * load key, the session key, MAC1 checked, MAC2 made, the TAC of the card checked under its folded
 * TAC key. In 3DES that is 24 DES blocks and 6 fresh key schedules (the root key's is kept).
 */
import { createCipheriv, randomBytes } from 'node:crypto';

/** One authorisation: fields as the library takes them, messages as a rival takes them. */
export interface Task {
  readonly issuerFactor: Uint8Array;
  readonly cardFactor: Uint8Array;
  /** The card's DTK, 16 bytes. */
  readonly tacKey: Uint8Array;
  readonly random: Uint8Array;
  readonly onlineAtc: number;
  readonly rawBalance: number;
  readonly rawBalanceAfter: number;
  readonly amountFen: number;
  readonly transactionType: number;
  readonly terminal: Uint8Array;
  readonly date: string;
  readonly time: string;
  readonly mac1: Uint8Array;
  readonly tac: Uint8Array;
  readonly messages: Messages;
}

/** The inputs of the six cipher calls, padded already: a rival pays for its cipher alone. */
export interface Messages {
  readonly issuer: Buffer;
  readonly card: Buffer;
  readonly session: Buffer;
  readonly mac1: Buffer;
  readonly mac2: Buffer;
  readonly tac: Buffer;
  /** 8 bytes folded for 3DES, 16 for SM4. */
  readonly tacKey: Buffer;
}

/** What the reference needs of a cipher. */
interface Reference {
  readonly blockSizeBytes: 8 | 16;
  ecb(key: Buffer, data: Buffer): Buffer;
  cbc(key: Buffer, data: Buffer): Buffer;
}

/** The authority's root key, the same for every task. */
export const ROOT_KEY = Buffer.from('404142434445464748494A4B4C4D4E4F', 'hex');

/** Few enough to stay in the cache, as a request that was just received does. */
const TASKS = 64;

/** Makes tasks with random fields and right cryptograms, by OpenSSL. */
export function createTasks(name: '3des' | 'sm4'): Task[] {
  const reference = name === '3des' ? desReference : sm4Reference;
  return Array.from({ length: TASKS }, (_, index) => createTask(reference, index));
}

/** A copy of a task with one bit wrong in MAC1 or in the TAC: every suite must refuse it. */
export function spoil(task: Task, field: 'mac1' | 'tac'): Task {
  return { ...task, [field]: task[field].map((byte, at) => (at === 3 ? byte ^ 1 : byte)) };
}

function createTask(reference: Reference, index: number): Task {
  const fields = {
    issuerFactor: new Uint8Array(Buffer.from('B8CACBE0B8CACBE0', 'hex')),
    cardFactor: new Uint8Array(Buffer.from(`62010000${String(index).padStart(8, '0')}`, 'hex')),
    tacKey: new Uint8Array(randomBytes(16)),
    random: new Uint8Array(randomBytes(4)),
    onlineAtc: index,
    rawBalance: 1000 + index,
    rawBalanceAfter: 11000 + index,
    amountFen: 10000,
    transactionType: 2,
    terminal: new Uint8Array(randomBytes(6)),
    date: '20260315',
    time: '093045',
  };
  const messages = writeMessages(reference, fields);
  const issuerKey = reference.ecb(ROOT_KEY, messages.issuer);
  const cardKey = reference.ecb(issuerKey, messages.card);
  const session = reference.ecb(cardKey, messages.session);
  const mac1 = leftmost(reference.cbc(session, messages.mac1), reference);
  const tac = leftmost(reference.cbc(messages.tacKey, messages.tac), reference);
  return { ...fields, mac1, tac, messages };
}

function writeMessages(
  { blockSizeBytes }: Reference,
  fields: Omit<Task, 'mac1' | 'tac' | 'messages'>,
): Messages {
  const { transactionType, terminal } = fields;
  const amount = Buffer.concat([uint(fields.amountFen, 4), uint(transactionType, 1), terminal]);
  const hostTime = Buffer.from(fields.date + fields.time, 'hex');
  const serial = uint(fields.onlineAtc, 2);
  const in8 = Buffer.concat([fields.random, serial, Buffer.from('8000', 'hex')]);
  const after = Buffer.concat([uint(fields.rawBalanceAfter, 4), serial, amount, hostTime]);
  const { tacKey } = fields;
  return {
    issuer: withFlipped(fields.issuerFactor),
    card: withFlipped(fields.cardFactor),
    session: blockSizeBytes === 8 ? in8 : withFlipped(in8),
    mac1: pad(Buffer.concat([uint(fields.rawBalance, 4), amount]), blockSizeBytes),
    mac2: pad(Buffer.concat([amount, hostTime]), blockSizeBytes),
    tac: pad(after, blockSizeBytes),
    tacKey: Buffer.from(blockSizeBytes === 8 ? fold(tacKey) : tacKey),
  };
}

const desReference: Reference = {
  blockSizeBytes: 8,
  ecb: (key, data) => run('des-ede3-ecb', Buffer.concat([key, key.subarray(0, 8)]), null, data),
  cbc: (key, data) => run('des-ede3-cbc', Buffer.concat([key, key, key]), Buffer.alloc(8), data),
};

const sm4Reference: Reference = {
  blockSizeBytes: 16,
  ecb: (key, data) => run('sm4-ecb', key, null, data),
  cbc: (key, data) => run('sm4-cbc', key, Buffer.alloc(16), data),
};

function run(name: string, key: Buffer, iv: Buffer | null, data: Buffer): Buffer {
  const cipher = createCipheriv(name, key, iv);
  cipher.setAutoPadding(false);
  return cipher.update(data);
}

function leftmost(chain: Buffer, { blockSizeBytes }: Reference): Uint8Array {
  const at = chain.length - blockSizeBytes;
  return new Uint8Array(chain.subarray(at, at + 4));
}

function uint(value: number, sizeBytes: number): Buffer {
  const out = Buffer.alloc(sizeBytes);
  out.writeUIntBE(value, 0, sizeBytes);
  return out;
}

function withFlipped(bytes: Uint8Array): Buffer {
  return Buffer.from([...bytes, ...bytes.map((byte) => 0xff - byte)]);
}

function pad(data: Buffer, blockSizeBytes: number): Buffer {
  const zeros = blockSizeBytes - 1 - (data.length % blockSizeBytes);
  return Buffer.concat([data, Buffer.of(0x80), Buffer.alloc(zeros)]);
}

function fold(key: Uint8Array): number[] {
  return Array.from({ length: 8 }, (_, at) => (key[at] ?? 0) ^ (key[at + 8] ?? 0));
}
