/**
 * What a card does at its edges, found out by asking it: a card profile. Without money it reads,
 * and opens loads that nobody credits; balance, counters, log and PIN tries stay as they are.
 */
import * as v from 'valibot';
import type { select } from '../../apdu/index.js';
import { restated } from '../../errors.js';
import { loadKeyIndex, type PinForm } from '../../etc/index.js';
import { digitsOf, expectOptions, objectOf, wholeOf } from '../../json/index.js';
import { type CardProfile, DEFAULT_PROFILE } from '../../simulator/index.js';
import type { Transport } from '../../transport/index.js';
import { type Known, type Note, openCardRig } from './rig.js';
import { readHistory } from './history.js';
import { probeInitialize } from './initialize.js';
import { asLoss } from './spent.js';
import { probeWithMoney, type SpendOptions } from './spend.js';

/** What may be asked of the card. */
export interface DiscoverOptions {
  /** The card's PIN. Presented as it is; a wrong one ends the work. */
  readonly pin?: string;
  /** How the card takes its PIN. Default: as its version says. */
  readonly pinForm?: PinForm;
  /** What to select, in order, the last of which must be found. Default: the toll application. */
  readonly select?: readonly select.Request[];
  /** Index of the load key. Default: 41 on cards of version 5x, 01 on others. */
  readonly keyIndex?: number;
  /** INITIALIZEs to judge the random numbers by; 10,000 are enough to trust them. Default: 100. */
  readonly rounds?: number;
  /** The host's random numbers. */
  readonly random: (size: number) => Uint8Array;
  /** Loads up to three times one fen; without it no money moves. */
  readonly spend?: SpendOptions;
}

/** What was found out. */
export interface CardFindings {
  /** The fields that the card has shown. */
  readonly known: Partial<Omit<CardProfile, 'statusWords'>> & {
    readonly statusWords: Partial<CardProfile['statusWords']>;
  };
  /** A whole profile: what is known, and the strict value of everything else. */
  readonly profile: CardProfile;
  /** The fields of `profile` that are assumed. */
  readonly assumed: readonly string[];
  readonly notes: readonly Note[];
  readonly spentFen: number;
}

/** What must be assumed of a card that has not shown otherwise: the worse of the two. */
const STRICT: Partial<CardProfile> = {
  proveClearedByInit: true,
  proveClearedByPurchase: true,
  sessionSurvivesBadMac: true,
  sessionSurvivesOther: true,
  singleSession: false,
  rngTrusted: false,
  overflowChecked: false,
  terminalNumberFree: false,
  initAmountZeroOk: false,
  otherOnlineOps: true,
};

/**
 * Finds out a card's profile. On a card whose INITIALIZE drops the stored proof (805A), the proof
 * of its last transaction is gone afterwards: not for a card with a load in doubt.
 * 探测卡片边界行为，生成卡片配置；不给 `spend` 则不动卡内资金。
 *
 * @param transport the bare driver: 61xx and 6Cxx are looked at
 * @throws ARGUMENT_INVALID, NOT_AN_ETC_CARD, CARD_LOCKED, PIN_WRONG, PIN_BLOCKED,
 * CARD_PROBE_STOPPED, CARD_TAKES_ANY_MAC2, and the transport's errors; each says what was loaded
 * @example
 * import { envFrom } from 'quancun';
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const transport = simulatorTransport(createVirtualCard(personalise({ kind: 'sm4-5x' })));
 * const { random } = envFrom(globalThis);
 * const { profile, assumed } = await discoverProfile(transport, { pin: '123456', random });
 */
export async function discoverProfile(
  transport: Transport,
  options: DiscoverOptions,
): Promise<CardFindings> {
  expectOptions(DISCOVER_OPTIONS, options, 'discoverProfile');
  const { pin, pinForm, select: path, rounds = 100, random, spend } = options;
  // Whatever goes wrong before the first CREDIT, no money has moved.
  const { rig, keyIndex, opened } = await untouched(async () => {
    const rig = await openCardRig(transport, {
      mayMoveMoney: spend !== undefined,
      ...(pin === undefined ? {} : { pin }),
      ...(pinForm === undefined ? {} : { pinForm }),
      ...(path === undefined ? {} : { select: path }),
    });
    const keyIndex = options.keyIndex ?? loadKeyIndex(rig.version());
    const history = await readHistory(rig);
    const opened = await probeInitialize(rig, { keyIndex, rounds, random }, history);
    return { rig, keyIndex, opened };
  });
  const spentFen =
    spend === undefined || opened === undefined ? 0 : await probeWithMoney(rig, keyIndex, spend);
  const { known, notes } = rig;
  return { known, profile: profileOf(known), assumed: assumedIn(known), notes, spentFen };
}

async function untouched<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw restated(asLoss(thrown), { money: 'untouched' });
  }
}

/** What is asked is held to this before the card is: a wrong word costs no try of the PIN. */
const DISCOVER_OPTIONS = objectOf({
  pin: v.optional(v.string()),
  pinForm: v.optional(v.picklist(['ascii', 'bcd'])),
  select: v.optional(v.array(v.looseObject({}))),
  keyIndex: v.optional(wholeOf(0, 0xff)),
  rounds: v.optional(wholeOf(0)),
  random: v.function(),
  spend: v.optional(
    objectOf({
      cipher: v.looseObject({}),
      loadKey: v.instance(Uint8Array),
      date: digitsOf(8),
      time: digitsOf(6),
    }),
  ),
});

function profileOf(known: Known): CardProfile {
  const statusWords = { ...DEFAULT_PROFILE.statusWords, ...known.statusWords };
  return { ...DEFAULT_PROFILE, ...STRICT, ...known, statusWords };
}

function assumedIn(known: Known): string[] {
  const missing = (fields: object, found: object): string[] =>
    Object.keys(fields).filter((name) => !(name in found));
  return [
    ...missing(DEFAULT_PROFILE, known),
    ...missing(DEFAULT_PROFILE.statusWords, known.statusWords).map((name) => `statusWords.${name}`),
  ];
}
