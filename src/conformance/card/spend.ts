/**
 * What only money tells: loads of one fen, three at most, with keys that the rig has. Every
 * CREDIT is sent once, and a wrong MAC2 is followed by a right one before another is risked.
 */
import { readRecord, swText, SW_OK } from '../../apdu/index.js';
import { toHex } from '../../bytes.js';
import { QuancunError } from '../../errors.js';
import { ef0018 } from '../../etc/index.js';
import type { Cipher } from '../../crypto/index.js';
import {
  computeLoadMac2,
  computeLoadSessionKey,
  initializeForLoad,
  verifyLoadMac1,
} from '../../purse/index.js';
import type { Answer, CardRig } from './rig.js';
import { askProofs, judgeProofs, whole } from './history.js';
import { asLoss, countSpending, type Spending } from './spent.js';
import { CARD_PROBE_STOPPED, CARD_TAKES_ANY_MAC2 } from '../errors.js';
import { EP_LOAD } from '../../load/index.js';

/** Keys of the card, and the date and time that its loads shall bear. */
export interface SpendOptions {
  readonly cipher: Cipher;
  readonly loadKey: Uint8Array;
  /** YYYYMMDD and hhmmss. */
  readonly date: string;
  readonly time: string;
}

interface Opened {
  readonly onlineAtc: number;
  readonly credit: (right: boolean) => Promise<Answer>;
}

const AMOUNT_FEN = 1;
const TERMINAL = Uint8Array.of(0, 0, 0, 0, 0, 1);

/**
 * Loads one fen, up to three times.
 * @returns how many fen were loaded
 * @throws CARD_TAKES_ANY_MAC2; CARD_PROBE_STOPPED: MAC1 does not hold, or the card refused a right
 * MAC2; and the errors of the transport. Each says what was loaded, and nothing more is sent
 */
export async function probeWithMoney(
  rig: CardRig,
  keyIndex: number,
  options: SpendOptions,
): Promise<number> {
  const spending = await countSpending(rig, AMOUNT_FEN);
  try {
    await probe(rig, keyIndex, options, spending);
    const spentFen = await spending.countFen();
    await rig.reopen();
    return spentFen;
  } catch (thrown) {
    throw await spending.tell(asLoss(thrown));
  }
}

async function probe(
  rig: CardRig,
  keyIndex: number,
  options: SpendOptions,
  spending: Spending,
): Promise<void> {
  const open = (): Promise<Opened> => openLoad(rig, keyIndex, options, spending);
  const { known } = rig;
  await rig.reopen();
  await rig.presentPin();
  const loaded = await probeWrongMac(rig, open);
  await lookAtLoad(rig, loaded.onlineAtc, options);
  await probeAfterwards(rig, keyIndex);
  // Two sessions, and the MAC2 of the older one.
  const older = await open();
  await open();
  const late = await older.credit(true);
  known.singleSession = late.sw !== SW_OK;
  await rig.presentPin();
  // A command between: where it ends the session, one more load clears the wrong MAC2 above.
  const interrupted = await open();
  await rig.send(recordOne());
  const after = await interrupted.credit(true);
  known.sessionSurvivesOther = after.sw === SW_OK;
  if (after.sw !== SW_OK) await mustCredit(await open());
}

/** A wrong MAC2, and then the right one in the same session; the load that was made in the end. */
async function probeWrongMac(
  { known, presentPin }: CardRig,
  open: () => Promise<Opened>,
): Promise<Opened> {
  const opened = await open();
  const wrong = await opened.credit(false);
  if (wrong.sw === SW_OK) {
    throw new QuancunError(CARD_TAKES_ANY_MAC2, { details: { spentFen: AMOUNT_FEN } });
  }
  known.statusWords.macWrong = wrong.sw;
  const second = await opened.credit(true);
  known.sessionSurvivesBadMac = second.sw === SW_OK;
  if (second.sw === SW_OK) return opened;
  known.statusWords.noTransaction = second.sw;
  await presentPin();
  const again = await open();
  // One of the two was written, whatever the card said of it.
  if (again.onlineAtc !== opened.onlineAtc) throw stopped('CREDIT FOR LOAD', wrong.sw);
  await mustCredit(again);
  return again;
}

async function openLoad(
  rig: CardRig,
  keyIndex: number,
  { cipher, loadKey, date, time }: SpendOptions,
  spending: Spending,
): Promise<Opened> {
  const answer = initializeForLoad.parse(await whole(rig.send(initialize(keyIndex))));
  if (!answer.ok) throw stopped('INITIALIZE FOR LOAD', answer.status.sw);
  const sessionKey = computeLoadSessionKey(cipher, loadKey, answer);
  const inputs = { amountFen: AMOUNT_FEN, terminal: TERMINAL, transactionType: EP_LOAD };
  if (!verifyLoadMac1(cipher, sessionKey, { ...answer, ...inputs }, answer.mac1)) {
    throw stopped('MAC1', SW_OK);
  }
  const right = computeLoadMac2(cipher, sessionKey, { ...inputs, date, time });
  const wrong = right.map((byte) => byte ^ 0xff);
  return {
    onlineAtc: answer.onlineAtc,
    credit: (isRight) => spending.credit({ date, time, mac2: isRight ? right : wrong }),
  };
}

async function mustCredit({ credit }: Opened): Promise<void> {
  const { sw } = await credit(true);
  if (sw !== SW_OK) throw stopped('CREDIT FOR LOAD', sw);
}

/** Proof and log of the load just made. */
async function lookAtLoad(rig: CardRig, atc: number, { date, time }: SpendOptions): Promise<void> {
  judgeProofs(rig, await askProofs(rig, EP_LOAD, [atc, atc + 1]), atc);
  const read = await rig.send(recordOne());
  if (read.sw !== SW_OK) {
    // The load may have made the card forget the PIN, which its log wants.
    await rig.presentPin();
  }
  const { sw, data } = read.sw === SW_OK ? read : await rig.send(recordOne());
  if (sw !== SW_OK || data.length !== ef0018.SIZE_BYTES) return;
  const record = ef0018.decode(data);
  // The record of this load, and of no other.
  const isIts = record.amountFen === AMOUNT_FEN && record.date === date && record.time === time;
  if (isIts && record.terminal === toHex(TERMINAL)) {
    if (record.atc === atc + 1) rig.known.logAtc = 'after';
    else if (record.atc === atc) rig.known.logAtc = 'before';
  }
  if (read.sw !== SW_OK) rig.known.pinClearedByTransaction = true;
  else if (rig.known.pinForLog === true) rig.known.pinClearedByTransaction = false;
}

/** Whether the load made the card forget the PIN, and whether INITIALIZE drops the proof. */
async function probeAfterwards(rig: CardRig, keyIndex: number): Promise<void> {
  const { known } = rig;
  const bare = await rig.send(initialize(keyIndex));
  if (known.pinForLoad === true) known.pinClearedByTransaction ??= bare.sw !== SW_OK;
  await rig.presentPin();
  const opened = initializeForLoad.parse(await whole(rig.send(initialize(keyIndex))));
  if (!opened.ok || known.proveArg === undefined) return;
  const { onlineAtc } = opened;
  const proofs = await askProofs(rig, EP_LOAD, [onlineAtc - 1, onlineAtc]);
  known.proveClearedByInit = proofs.length === 0;
}

function initialize(keyIndex: number): Uint8Array {
  return initializeForLoad.build({ keyIndex, amountFen: AMOUNT_FEN, terminal: TERMINAL });
}

function recordOne(): Uint8Array {
  return readRecord.build({ record: 1, sfi: ef0018.SFI, ne: ef0018.SIZE_BYTES });
}

/** What was loaded before is told by whoever counts it. */
function stopped(what: string, sw: number): QuancunError {
  return new QuancunError(CARD_PROBE_STOPPED, { details: { what, sw: swText(sw) } });
}
