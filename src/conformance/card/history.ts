/** What a card's log and its stored proof tell: read before any transaction is opened. */
import { buildCommand, buildResponse, readRecord, SW_OK } from '../../apdu/index.js';
import { ef0018, type LogRecord } from '../../etc/index.js';
import { getBalance, getTransactionProve } from '../../purse/index.js';
import type { CardRig } from './rig.js';
import { EP_LOAD } from '../../load/index.js';

const NO_RECORD = 0x6a83;
const PURCHASES = [0x06, 0x09];
/** Status words by which a card asks for a right that the session has not got. */
const NOT_ALLOWED = [0x6982, 0x6985];
const MAX_RECORDS = 60;
/** A counter that no young card has reached. */
const NEVER = 0x7ffe;

/** What the history says, for when the counter is known. */
export interface History {
  /** Newest first; empty where the card would not show it. */
  readonly log: readonly LogRecord[];
  /** Counters for which 805A showed a load. */
  readonly provedAtcs: readonly number[];
}

/** Balance, deposit, log, proof. Asks nothing that changes anything. */
export async function readHistory(rig: CardRig): Promise<History> {
  await findPurses(rig);
  const log = await readLog(rig);
  const load = log.find(({ transactionType }) => transactionType === EP_LOAD);
  const around = load === undefined ? [] : [-1, 0, 1, 2].map((step) => load.atc + step);
  const provedAtcs = await askProofs(rig, EP_LOAD, around);
  const [newest] = log;
  if (load !== undefined && newest !== undefined && PURCHASES.includes(newest.transactionType)) {
    if (provedAtcs.length > 0) rig.known.proveClearedByPurchase = false;
    else {
      const near = [-1, 0, 1].map((step) => newest.atc + step);
      const paid = await askProofs(rig, newest.transactionType, near);
      if (paid.length > 0) rig.known.proveClearedByPurchase = true;
    }
  }
  const { sw } = await askProof(rig, EP_LOAD, NEVER);
  if (sw !== SW_OK && sw !== 0x6d00 && sw !== 0x6e00) rig.known.statusWords.noProof = sw;
  return { log, provedAtcs };
}

async function findPurses({ send, known }: CardRig): Promise<void> {
  const answer = getBalance.parse(await whole(send(getBalance.build({}))));
  if (answer.ok) known.balanceTopBit = answer.topBit;
  const { sw } = await send(getBalance.build({ purse: 'ed' }));
  const isThere = sw === SW_OK || NOT_ALLOWED.includes(sw);
  // Where a purse that nobody has is answered the same, P2 is not looked at, and nothing is known.
  if (isThere && (await send(NO_SUCH_PURSE)).sw !== sw) known.electronicDeposit = true;
  else if (!isThere && sw >> 8 === 0x6a) known.electronicDeposit = false;
  if (known.electronicDeposit === false) known.otherOnlineOps = false;
}

/** GET BALANCE of a purse that no card has. */
const NO_SUCH_PURSE = buildCommand({ cla: 0x80, ins: 0x5c, p1: 0, p2: 0x7f, ne: 4 });

/** The log, after the PIN where the card asks for it: only there, for it may not be forgotten. */
async function readLog(rig: CardRig): Promise<LogRecord[]> {
  const { send, known } = rig;
  const first = await send(recordCommand(1));
  if (first.sw === SW_OK || first.sw === NO_RECORD) known.pinForLog = false;
  if (NOT_ALLOWED.includes(first.sw)) await rig.presentPin();
  const log: LogRecord[] = [];
  for (let record = 1; record <= MAX_RECORDS; record += 1) {
    const { sw, data } = await send(recordCommand(record));
    if (NOT_ALLOWED.includes(first.sw) && (sw === SW_OK || sw === NO_RECORD))
      known.pinForLog = true;
    if (sw !== SW_OK || data.length !== ef0018.SIZE_BYTES) break;
    const entry = ef0018.decode(data);
    // What has no day was never written, or is of another layout.
    if (!ef0018.isEmpty(data) && ef0018.isDated(entry)) log.push(entry);
  }
  const times = log.map(({ date, time }) => date + time);
  if (times.some((time, index) => time > (times[index - 1] ?? time))) {
    rig.notes.push({ en: 'the log is not newest first', zh: '交易记录不是最新在前' });
    return [];
  }
  return log;
}

/**
 * Whether the card still shows its log, which asked for the PIN: then SELECT has not made it forget
 * the PIN, and what it takes now it does not take without one.
 */
export async function keepsPin({ send, known }: CardRig): Promise<boolean> {
  if (known.pinForLog !== true) return false;
  const { sw } = await send(recordCommand(1));
  return sw === SW_OK || sw === NO_RECORD;
}

function recordCommand(record: number): Uint8Array {
  return readRecord.build({ record, sfi: ef0018.SFI, ne: ef0018.SIZE_BYTES });
}

/** Of these counters, those for which the card shows a proof; says the order of its halves. */
export async function askProofs(
  rig: CardRig,
  transactionType: number,
  atcs: readonly number[],
): Promise<number[]> {
  const proved: number[] = [];
  for (const atc of atcs.filter((one) => one >= 0 && one <= 0xffff)) {
    const { sw, data } = await askProof(rig, transactionType, atc);
    if (sw !== SW_OK || data.length !== 8) continue;
    proved.push(atc);
    // A load has no MAC of its own: that half is zeros.
    if (transactionType !== EP_LOAD) continue;
    const [firstIsZero, lastIsZero] = [isZero(data.slice(0, 4)), isZero(data.slice(4))];
    if (firstIsZero !== lastIsZero) {
      rig.known.proveHalf = firstIsZero ? 'mac-tac' : 'tac-mac';
    }
  }
  return proved;
}

function askProof({ send }: CardRig, transactionType: number, atc: number) {
  return send(getTransactionProve.build({ transactionType, atc }));
}

/** Says which counter 805A takes, once it is known that the last load took `atc` to `atc + 1`. */
export function judgeProofs(rig: CardRig, proved: readonly number[], atc: number): void {
  if (proved.some((one) => one !== atc && one !== atc + 1)) {
    rig.notes.push({
      en: '805A answers for counters it cannot know: believe only a TAC that verifies',
      zh: '805A 对不可能的序号也有应答：只能以 TAC 校验为准',
    });
    return;
  }
  const [before, after] = [proved.includes(atc), proved.includes(atc + 1)];
  if (before && after) rig.known.proveArg = 'both';
  else if (before || after) rig.known.proveArg = after ? 'after' : 'before';
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** An answer as the bytes that a command's own parser takes. */
export async function whole(
  answer: Promise<{ readonly sw: number; readonly data: Uint8Array }>,
): Promise<Uint8Array> {
  return buildResponse(await answer);
}
