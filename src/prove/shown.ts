/** What a card does that is asked: its session is another one, and its answer is heard. */
import { spent } from './books.js';
import type { Chip, State } from './state.js';
import type { Allowance, World } from './world.js';

/** The card as it is now; its session has ended. */
export function withChip(
  state: State,
  card: number,
  change: Partial<Chip>,
  what: keyof Allowance,
): State {
  const chips = state.chips.map((chip, at) => {
    if (at !== card) return chip;
    const { session: _ended, proof, ...rest } = chip;
    return { ...rest, ...(proof === undefined ? {} : { proof }), ...change };
  });
  return { ...state, chips, left: spent(state.left, what) };
}

/** The card answers INITIALIZE FOR LOAD; whoever hears it keeps the answer. */
export function shownBy(
  state: State,
  world: World,
  card: number,
  { amountFen, terminal }: { readonly amountFen: number; readonly terminal: string },
  what: keyof Allowance,
): State {
  const chip = state.chips[card];
  if (chip === undefined) return state;
  const random = world.repeatsRandom ? 'same' : `n${String(state.drawn)}`;
  const { onlineAtc, balanceFen: rawBalance } = chip;
  const session = { random, amountFen, terminal };
  const init = { onlineAtc, rawBalance, ...session, keyVersion: 1, algorithm: 0 };
  const next = withChip(state, card, { session }, what);
  return { ...next, drawn: state.drawn + 1, shown: [...state.shown, { card, init }] };
}
