/** What may be done to a simulated card from outside, each as one message of the control port. */
import * as v from 'valibot';
import { fromHex, toHex } from '../../bytes.js';
import { ef0015 } from '../../etc/index.js';
import { digitsOf, expectJson, objectOf, wholeOf } from '../../json/index.js';
import {
  type CardState,
  exchange,
  passTollGate,
  personalise,
  reset,
} from '../../simulator/index.js';
import type { Cut } from './torn-card.js';

/** The card, as far as an act needs it. */
export interface HeldCard {
  readonly state: CardState;
  replace(next: CardState): void;
  cut(plan: Cut): void;
}

type Act = (card: HeldCard, message: unknown) => Promise<void> | void;

const TEAR = objectOf({
  when: v.optional(v.picklist(['before', 'after']), 'after'),
  exchange: v.optional(wholeOf(1, 100_000), 1),
});
const SPEND = objectOf({ amountFen: wholeOf(1, 0xffffffff) });
const EXPIRE = objectOf({ endDate: v.optional(v.string(), '2020-12-31') });
const LOCK = objectOf({
  application: v.optional(v.picklist(['open', 'blocked', 'locked']), 'locked'),
});
const SWAP = objectOf({
  kind: v.optional(v.picklist(['3des-4x', 'sm4-5x', 'pass-card']), '3des-4x'),
  cardNumber: v.optional(digitsOf(16), '6201220000005678'),
  balanceFen: v.optional(wholeOf(0, 0xffffffff), 0),
  onlineAtc: v.optional(wholeOf(0, 0xffff), 0),
  plate: v.optional(v.string(), '甘A56789'),
});
const RESET = objectOf({});

/** By the last part of their address. Behind each but a tear the card is powered anew. */
export const ACTS: Readonly<Record<string, Act>> = {
  /** The line is cut at the n-th exchange from now. */
  tear: (card, message) => {
    card.cut(expectJson(TEAR, message));
  },
  /** A toll is taken elsewhere. */
  spend: async (card, message) => {
    const { amountFen } = expectJson(SPEND, message);
    let [state] = reset(card.state);
    const send = async (command: Uint8Array): Promise<Uint8Array> => {
      const [next, answer] = exchange(state, command);
      state = next;
      return answer;
    };
    await passTollGate(send, { amountFen });
    card.replace(state);
  },
  /** Another card lies there from now on. */
  swap: (card, message) => {
    card.replace(personalise(expectJson(SWAP, message)));
  },
  expire: (card, message) => {
    const { endDate } = expectJson(EXPIRE, message);
    card.replace(withEndDate(card.state, endDate));
  },
  lock: (card, message) => {
    card.replace({ ...card.state, ...expectJson(LOCK, message) });
  },
  /** Power off and on. */
  reset: (card, message) => {
    expectJson(RESET, message);
    card.replace(card.state);
  },
};

/** What a test asks of a card. Its keys are the published ones, and are in `state`. */
export function describeCard(state: CardState): object {
  const { cardNumber, plate, endDate } = ef0015.decode(fromHex(issueOf(state)));
  return {
    ...{ cardNumber, plate, endDate, ...state.ep, application: state.application },
    pinTriesLeft: state.pin?.triesLeft ?? null,
    state,
  };
}

function issueOf({ df }: CardState): string {
  return df.files.find(({ fid }) => fid === 0x0015)?.contents[0] ?? '';
}

function withEndDate(state: CardState, endDate: string): CardState {
  const issue = ef0015.decode(fromHex(issueOf(state)));
  const contents = [toHex(ef0015.encode({ ...issue, endDate }))];
  const files = state.df.files.map((file) => (file.fid === 0x0015 ? { ...file, contents } : file));
  return { ...state, df: { ...state.df, files } };
}
