/**
 * What INITIALIZE FOR LOAD takes and refuses, and what its random numbers are worth. It moves no
 * money and no counter; no CREDIT follows any of these.
 */
import { swText, SW_OK } from '../../apdu/index.js';
import { concat, readUint, toHex } from '../../bytes.js';
import { initializeForLoad } from '../../purse/index.js';
import type { Answer, CardRig } from './rig.js';
import { askProofs, type History, judgeProofs, keepsPin, whole } from './history.js';
import { EP_LOAD } from '../../load/index.js';
import { MAX_FEN } from '../../money.js';

const PLAIN_TERMINAL = Uint8Array.of(0, 0, 0, 0, 0, 1);
/** After as many without a repetition the random numbers are believed. */
export const ROUNDS_TO_TRUST = 10_000;

/** What the probes need. */
export interface ProbeOptions {
  readonly keyIndex: number;
  readonly rounds: number;
  readonly random: (size: number) => Uint8Array;
}

/**
 * Runs the probes.
 * @returns the online counter, where the card would say it
 */
export async function probeInitialize(
  rig: CardRig,
  options: ProbeOptions,
  history: History,
): Promise<number | undefined> {
  const ask = (amountFen: number, terminal: Uint8Array = PLAIN_TERMINAL): Promise<Answer> =>
    rig.send(initializeForLoad.build({ keyIndex: options.keyIndex, amountFen, terminal }));
  await rig.reopen();
  const isPinKept = await keepsPin(rig);
  const first = await ask(1);
  if (isPinKept) {
    rig.notes.push({
      en: 'SELECT does not make the card forget the PIN: whether a load asks for it is not known',
      zh: 'SELECT 后 PIN 仍有效：圈存是否须 PIN 未知',
    });
  } else if (first.sw === SW_OK) rig.known.pinForLoad = false;
  await rig.presentPin();
  const opened = await ask(1);
  const answer = initializeForLoad.parse(await whole(Promise.resolve(opened)));
  if (!answer.ok) {
    const sw = swText(opened.sw);
    rig.notes.push({
      en: `INITIALIZE FOR LOAD is refused (${sw}): give the right PIN (never a guess), or another key index`,
      zh: `圈存初始化被拒（${sw}）：请提供正确的 PIN（勿猜）或其他密钥索引`,
    });
    return undefined;
  }
  if (first.sw !== SW_OK) {
    rig.known.pinForLoad = true;
    rig.known.statusWords.pinNotVerified = first.sw;
  }
  await judgeHistory(rig, history, answer.onlineAtc);
  const nonce = concat(Uint8Array.of(0xff), options.random(5));
  rig.known.terminalNumberFree = (await ask(1, nonce)).sw === SW_OK;
  rig.known.initAmountZeroOk = (await ask(0)).sw === SW_OK;
  await probeOverflow(rig, ask, answer.balanceFen);
  await probeRandom(rig, ask, options.rounds);
  // The last transaction is left to die: nobody has its MAC2.
  await rig.reopen();
  return answer.onlineAtc;
}

/** With the counter known, log and proof can be read. */
async function judgeHistory(rig: CardRig, history: History, onlineAtc: number): Promise<void> {
  const load = history.log.find(({ transactionType }) => transactionType === EP_LOAD);
  if (load !== undefined && onlineAtc > 0) {
    if (load.atc === onlineAtc) rig.known.logAtc = 'after';
    else if (load.atc === onlineAtc - 1) rig.known.logAtc = 'before';
  }
  if (onlineAtc === 0) return;
  const { provedAtcs } = history;
  const still = await askProofs(rig, EP_LOAD, [onlineAtc - 1, onlineAtc]);
  const before = load === undefined ? still : provedAtcs;
  judgeProofs(rig, before, onlineAtc - 1);
  if (provedAtcs.length > 0) rig.known.proveClearedByInit = still.length === 0;
}

/** An amount beyond any purse; where it is refused, the largest that is not, by halving. */
async function probeOverflow(
  rig: CardRig,
  ask: (amountFen: number) => Promise<Answer>,
  balanceFen: number,
): Promise<void> {
  const { sw } = await ask(MAX_FEN);
  rig.known.overflowChecked = sw !== SW_OK;
  if (sw === SW_OK) return;
  rig.known.statusWords.overflow = sw;
  let [taken, refused] = [1, MAX_FEN];
  for (let step = 0; step < 32 && refused - taken > 1; step += 1) {
    const middle = taken + Math.floor((refused - taken) / 2);
    if ((await ask(middle)).sw === SW_OK) taken = middle;
    else refused = middle;
  }
  rig.known.maxBalanceFen = Math.max(0, balanceFen + taken);
}

/** One repetition or a constant step condemns them; only many rounds acquit. */
async function probeRandom(
  rig: CardRig,
  ask: (amountFen: number) => Promise<Answer>,
  rounds: number,
): Promise<void> {
  const seen = new Set<string>();
  const steps = new Set<number>();
  let last: number | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const { sw, data } = await ask(1);
    if (sw !== SW_OK || data.length !== 16) return;
    const random = data.slice(8, 12);
    const text = toHex(random);
    if (seen.has(text)) {
      rig.known.rngTrusted = false;
      rig.notes.push({
        en: `the random number repeated within ${String(seen.size + 1)} INITIALIZEs`,
        zh: `随机数在 ${String(seen.size + 1)} 次初始化内重复`,
      });
      return;
    }
    seen.add(text);
    const value = readUint(random, 0, 4);
    if (last !== undefined && steps.size < 2) steps.add((value - last + 2 ** 32) % 2 ** 32);
    last = value;
  }
  if (rounds > 8 && steps.size === 1) rig.known.rngTrusted = false;
  else if (rounds >= ROUNDS_TO_TRUST) rig.known.rngTrusted = true;
}
