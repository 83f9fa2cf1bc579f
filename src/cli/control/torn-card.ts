/**
 * A card whose line somebody else may cut: before the card executes the n-th exchange from now, or
 * after. Whoever listens is told each exchange, redacted.
 */
import { createSessionRedactor } from '../../redact-apdu.js';
import type { CardLike } from '../../transport/drivers/simulator.js';

/** A planned cut. */
export interface Cut {
  readonly when: 'before' | 'after';
  /** 1: the next one. */
  readonly exchange: number;
}

/** One exchange, as it may be shown to anybody. */
export interface ToldExchange {
  readonly exchange: number;
  readonly command: string;
  /** Empty where the line was cut. */
  readonly response: string;
}

/** The card in the reader. */
export interface TornCard extends CardLike {
  readonly exchanges: () => number;
  /** Replaces what was planned; nothing takes it back. */
  cut(plan?: Cut): void;
  /** Answers how to stop listening. */
  listen(hear: (told: ToldExchange) => void): () => void;
}

const NOTHING = new Uint8Array(0);

/** Puts a card where it can be torn out. */
export function tornCard(card: CardLike): TornCard {
  let exchanges = 0;
  let planned: Cut | undefined;
  let redact = createSessionRedactor();
  const listeners = new Set<(told: ToldExchange) => void>();
  const tell = (asked: Uint8Array, answer: Uint8Array): Uint8Array => {
    const [command, response] = redact(asked, answer);
    for (const hear of listeners) hear({ exchange: exchanges, command, response });
    return answer;
  };
  return {
    exchanges: () => exchanges,
    cut: (plan) => {
      planned = plan === undefined ? undefined : { ...plan, exchange: exchanges + plan.exchange };
    },
    listen: (hear) => {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    reset: () => {
      redact = createSessionRedactor();
      return card.reset();
    },
    exchange: (command) => {
      exchanges += 1;
      if (planned?.exchange !== exchanges) return tell(command, card.exchange(command));
      if (planned.when === 'after') card.exchange(command);
      planned = undefined;
      return tell(command, NOTHING);
    },
  };
}
