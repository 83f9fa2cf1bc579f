/** The steps a card visit is made of, from an order. */
import { EP_LOAD, type NextStep, PROBE_AMOUNT_FEN } from './decision.js';
import type { Order } from './order.js';

/** 805A with the counter after the load first (most cards), then the one before it. */
export function proveStep(boundAtc: number): NextStep {
  return { do: 'prove', transactionType: EP_LOAD, atcs: [boundAtc + 1, boundAtc] };
}

/** INIT with the order's amount; never with an amount a terminal names. */
export function initializeStep(order: Order): NextStep {
  return { do: 'initialize', keyIndex: order.keyIndex, amountFen: order.amountFen };
}

/** INIT with the server's probeTerminal: an answer that cannot have been recorded before. */
export function probeStep(order: Order): NextStep {
  return {
    do: 'probe',
    keyIndex: order.keyIndex,
    amountFen: PROBE_AMOUNT_FEN,
    terminal: order.probeTerminal ?? '',
  };
}
