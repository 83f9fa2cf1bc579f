/**
 * A simulated card: `(state, command) → [state, response]`, with no memory of its own. It speaks as
 * a contactless card does; {@link withT0} adds 61xx and 6Cxx. Written from the fact sheets, apart
 * from the library's own builders, parsers and formulas.
 */
import { concat, fromHex, writeUint } from '../bytes.js';
import { updateCappDataCache } from './compound.js';
import {
  appendRecord,
  readBinary,
  readRecord,
  select,
  updateBinary,
  updateRecord,
} from './files.js';
import { getBalance, initialize } from './initialize.js';
import {
  blockApplication,
  blockCard,
  changePin,
  unblockApplication,
  unblockPin,
} from './maintenance.js';
import { receive, type Received } from './received.js';
import { externalAuthenticate, getChallenge, internalAuthenticate, verify } from './security.js';
import { credit, debit, prove } from './complete.js';
import { type CardState, NO_SESSION, refuse, type Result, withSession } from './state.js';

/** What a command does to an open transaction. */
type Manner =
  /** Success has its own effect; a failure ends it. */
  | 'transaction'
  /** It stays, whatever happens. */
  | 'harmless'
  /** It ends, unless the profile says otherwise. */
  | 'other';

interface Instruction {
  readonly classes: readonly number[];
  readonly manner: Manner;
  /** It works on a blocked application too. */
  readonly always?: true;
  readonly run: (state: CardState, command: Received) => Result;
}

const ISO = 0x00;
const SECURED = 0x04;
const PURSE = 0x80;
const MAINTENANCE = 0x84;

const INSTRUCTIONS: Readonly<Record<number, readonly Instruction[]>> = {
  0xa4: [{ classes: [ISO], manner: 'other', always: true, run: select }],
  0xb0: [{ classes: [ISO, SECURED], manner: 'other', run: readBinary }],
  0xb2: [{ classes: [ISO], manner: 'other', run: readRecord }],
  0xd6: [{ classes: [ISO, SECURED], manner: 'other', run: updateBinary }],
  0xd0: [{ classes: [ISO, SECURED], manner: 'other', run: updateBinary }],
  0xdc: [
    { classes: [ISO, SECURED], manner: 'other', run: updateRecord },
    { classes: [PURSE], manner: 'harmless', run: updateCappDataCache },
  ],
  0xe2: [{ classes: [ISO, SECURED], manner: 'other', run: appendRecord }],
  0x84: [{ classes: [ISO], manner: 'other', always: true, run: getChallenge }],
  0x20: [{ classes: [ISO], manner: 'other', run: verify }],
  0x82: [{ classes: [ISO], manner: 'other', run: externalAuthenticate }],
  0x88: [{ classes: [ISO], manner: 'harmless', run: internalAuthenticate }],
  // Nothing waits on a card that answers at once.
  0xc0: [{ classes: [ISO], manner: 'other', run: (state) => refuse(state, 0x6f00) }],
  0x5e: [{ classes: [PURSE], manner: 'other', run: changePin }],
  0x24: [{ classes: [MAINTENANCE], manner: 'other', run: unblockPin }],
  0x1e: [{ classes: [MAINTENANCE], manner: 'other', run: blockApplication }],
  0x18: [{ classes: [MAINTENANCE], manner: 'other', always: true, run: unblockApplication }],
  0x16: [{ classes: [MAINTENANCE], manner: 'other', always: true, run: blockCard }],
  0x5c: [{ classes: [PURSE], manner: 'transaction', run: inApplication(getBalance) }],
  0x50: [{ classes: [PURSE], manner: 'transaction', run: inApplication(initialize) }],
  0x52: [{ classes: [PURSE], manner: 'transaction', run: inApplication(credit) }],
  0x54: [{ classes: [PURSE], manner: 'transaction', run: inApplication(debit) }],
  0x5a: [{ classes: [PURSE], manner: 'transaction', run: inApplication(prove) }],
};

/**
 * Powers the card up, or resets it: the session is gone, and the answer is the ATR.
 * 上电或复位。
 * @example const [card, atr] = reset(personalise({ kind: '3des-4x' }));
 */
export function reset(state: CardState): [CardState, Uint8Array] {
  return [{ ...state, session: NO_SESSION }, fromHex(state.atr)];
}

/**
 * Gives the card one command.
 * 执行一条命令；纯函数，永不抛出。
 * @returns the card afterwards, and data ‖ SW1 SW2
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const card = personalise({ kind: '3des-4x' });
 * const [next, answer] = exchange(card, fromHex('00A40000023F0000'));
 * const [, again] = exchange(card, fromHex('00A40000023F0000')); // the same card, the same answer
 */
export function exchange(state: CardState, command: Uint8Array): [CardState, Uint8Array] {
  const { state: next, sw, data } = run(state, command);
  // A challenge lives for the one command that follows it.
  const spent = command[1] === 0x84 ? next : withSession(next, { challenge: null });
  return [spent, concat(data ?? new Uint8Array(0), writeUint(sw, 2))];
}

function run(state: CardState, bytes: Uint8Array): Result {
  if (state.cardBlocked) return refuse(state, 0x6a81);
  const command = receive(bytes);
  if (command === undefined) return refuse(idle(state), 0x6700);
  const instruction = findInstruction(command);
  if (typeof instruction === 'number') return refuse(idle(state), instruction);
  const barred = state.application === 'open' || instruction.always ? undefined : barredBy(state);
  const result = barred === undefined ? instruction.run(state, command) : refuse(state, barred);
  return { ...result, state: closeTransaction(instruction, result) };
}

function findInstruction({ cla, ins }: Received): Instruction | number {
  const known = INSTRUCTIONS[ins];
  if (known === undefined) return 0x6d00;
  return known.find(({ classes }) => classes.includes(cla)) ?? 0x6e00;
}

/** A blocked application refuses what is inside it; the MF knows nothing of that. */
function barredBy(state: CardState): number | undefined {
  if (state.session.directory === 'mf') return undefined;
  return state.application === 'locked' ? 0x9303 : 0x6985;
}

function closeTransaction({ manner }: Instruction, { state, sw }: Result): CardState {
  const { sessionSurvivesBadMac, sessionSurvivesOther, statusWords } = state.profile;
  switch (manner) {
    case 'harmless':
      return state;
    case 'other':
      return sessionSurvivesOther ? state : idle(state);
    case 'transaction': {
      const guessed = sw === statusWords.macWrong && sessionSurvivesBadMac;
      return sw === 0x9000 || guessed ? state : idle(state);
    }
  }
}

function idle(state: CardState): CardState {
  return withSession(state, { open: [], cache: [] });
}

/** The purse stands in the toll application. */
function inApplication(work: Instruction['run']): Instruction['run'] {
  return (state, command) =>
    state.session.directory === 'df' ? work(state, command) : refuse(state, 0x6a82);
}
