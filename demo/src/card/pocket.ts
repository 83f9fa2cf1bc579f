/**
 * The simulated card of this page: kept on the device after each command, as a real card keeps what
 * was done to it, so that a reload in the middle of a write finds it as the write left it.
 */
import { fromHex } from 'quancun';
import { desCipher, sm4Cipher } from 'quancun/crypto';
import type { CodeKeys } from 'quancun/explain';
import { createVirtualCard, personalise, restoreCard, saveCard } from 'quancun/simulator';
import type { VirtualCard } from 'quancun/simulator';
import { reactive } from 'vue';

/** The cards that a sceptic can have. */
export type Kind = '3des' | 'sm4' | 'pass' | 'expired';

/** What is known of a card from outside, beside its chip. */
export interface CardFace {
  readonly number: string;
  readonly plate: string;
  readonly kind: Kind;
}

interface KeptCard extends CardFace {
  readonly state: string;
  readonly isInserted: boolean;
}

const KEPT = 'quancun-demo-card';

/** What the screen draws. */
export const pocket = reactive<{
  face: CardFace | undefined;
  balanceFen: number;
  isInserted: boolean;
  /** Each removal ends the transports that were opened before it. */
  visits: number;
}>({ face: undefined, balanceFen: 0, isInserted: false, visits: 0 });

let chip: VirtualCard | undefined;

function keep(): void {
  if (chip === undefined || pocket.face === undefined) {
    localStorage.removeItem(KEPT);
    return;
  }
  pocket.balanceFen = chip.state.ep.balanceFen;
  const kept: KeptCard = {
    ...{ ...pocket.face, state: saveCard(chip.state), isInserted: pocket.isInserted },
  };
  localStorage.setItem(KEPT, JSON.stringify(kept));
}

/** The card in the reader, if there is one: it remembers each command before it is answered. */
export function cardInReader(): Pick<VirtualCard, 'reset' | 'exchange'> | undefined {
  const card = chip;
  if (card === undefined || !pocket.isInserted) return undefined;
  return {
    reset: () => card.reset(),
    exchange: (command) => {
      const answer = card.exchange(command);
      keep();
      return answer;
    },
  };
}

export function insertCard(): void {
  pocket.isInserted = pocket.face !== undefined;
  keep();
}

export function pullCard(): void {
  pocket.isInserted = false;
  pocket.visits += 1;
  keep();
}

/** Another card lies in the hand: the one before goes back to where cards lie. */
export function holdCard(face: CardFace, state: string): void {
  pullCard();
  pocket.face = face;
  chip = createVirtualCard(restoreCard(state));
  keep();
}

/** The hand is empty. */
export function putCardAway(): void {
  pullCard();
  pocket.face = undefined;
  chip = undefined;
  keep();
}

/** The card as it can be laid away. */
export function savedCard(): string | undefined {
  return chip === undefined ? undefined : saveCard(chip.state);
}

/** A simulated card's keys are test keys, and published: what a laboratory checks codes with. */
export function keysOfCard(): CodeKeys | undefined {
  if (chip === undefined) return undefined;
  const { keys } = chip.state;
  const isSm4 = pocket.face?.kind === 'sm4';
  const keyOf = (use: string): Uint8Array => {
    const all = keys.filter((one) => one.use === use);
    const found = all.find(({ algorithm }) => (algorithm === SM4) === isSm4) ?? all[0];
    return fromHex(found?.value ?? '');
  };
  return {
    cipher: isSm4 ? sm4Cipher : desCipher,
    ...{ loadKey: keyOf('load'), tacKey: keyOf('tac'), purchaseKey: keyOf('purchase') },
  };
}

const SM4 = 0x04;
const PROVINCE = '甘';

/** A new card, with a number that nobody else has. */
export function makeCard(kind: Kind): { readonly face: CardFace; readonly state: string } {
  const digits = [...crypto.getRandomValues(new Uint8Array(9))].map((byte) => byte % 10).join('');
  const face = { number: `6201220${digits}`, plate: `${PROVINCE}A${digits.slice(-5)}`, kind };
  const state = personalise({
    kind: kind === 'sm4' ? 'sm4-5x' : kind === 'pass' ? 'pass-card' : '3des-4x',
    ...{ cardNumber: face.number, plate: face.plate, balanceFen: kind === 'pass' ? 0 : 5_000 },
    ...(kind === 'expired' ? { endDate: '2021-12-31' } : {}),
  });
  return { face, state: saveCard(state) };
}

/** After a reload the card lies where it lay. */
export function findCard(): void {
  const text = localStorage.getItem(KEPT);
  if (text === null) {
    const { face, state } = makeCard('3des');
    holdCard(face, state);
    return;
  }
  const { state, isInserted, ...face } = JSON.parse(text) as KeptCard;
  holdCard(face, state);
  pocket.isInserted = isInserted;
  keep();
}
