/**
 * Weighing: turns what a terminal reports into evidence, by asking the HSM. What the HSM does not
 * confirm becomes evidence that proves nothing, or ends the visit without a change.
 */
import { swText } from '../apdu/index.js';
import { fromHex, toHex } from '../bytes.js';
import { type ErrorRow, isQuancunError, rowOfError } from '../errors.js';
import {
  type Attempt,
  type AuthenticInit,
  EP_LOAD,
  type Evidence,
  type ForeignRecord,
  type Order,
  PROBE_AMOUNT_FEN,
  type Situation,
  type TerminalEvidence,
} from '../load/index.js';
import { creditForLoad, getTransactionProve, initializeForLoad } from '../purse/index.js';
import type { Hsm } from './hsm/hsm.js';
import { INIT_REFUSED, MAC1_INVALID } from './errors.js';
import { FOREIGN_TAC_INVALID } from '../load/errors.js';

/** Evidence to decide on, or the reason why this report changes nothing. */
export type Weighed =
  | { readonly evidence: Evidence }
  | { readonly row: ErrorRow; readonly details?: Readonly<Record<string, unknown>> };

/** Weighs one report against the order it is about. `probeTerminal` is for the next probe. */
export async function weigh(
  hsm: Hsm,
  situation: Situation,
  reported: TerminalEvidence,
  probeTerminal: () => string,
): Promise<Weighed> {
  switch (reported.kind) {
    case 'present':
    case 'lost':
      return { evidence: { kind: reported.kind } };
    case 'initialized':
      return weighInit(hsm, situation.order, reported, probeTerminal);
    case 'credited':
      return weighCredit(hsm, situation, reported.response);
    case 'proved':
      return weighProofs(hsm, situation, reported.responses);
  }
}

async function weighInit(
  hsm: Hsm,
  order: Order,
  reported: Extract<TerminalEvidence, { kind: 'initialized' }>,
  probeTerminal: () => string,
): Promise<Weighed> {
  const probing = order.state === 'VOIDING';
  // The amount is the order's, never one that a terminal names.
  const amountFen = probing ? PROBE_AMOUNT_FEN : order.amountFen;
  const shown = await verifyInit(hsm, order, amountFen, reported);
  if ('row' in shown) return shown;
  const { init } = shown;
  if (probing) return { evidence: { kind: 'probe', init, nextProbeTerminal: probeTerminal() } };
  return { evidence: { kind: 'init', init } };
}

/** The card's answer to INITIALIZE FOR LOAD, its MAC1 verified; or why it is none. */
export async function verifyInit(
  hsm: Hsm,
  order: Order,
  amountFen: number,
  reported: { readonly terminal: string; readonly response: string },
): Promise<{ readonly init: AuthenticInit } | Exclude<Weighed, { readonly evidence: Evidence }>> {
  const answer = tolerate(() => initializeForLoad.parse(fromHex(reported.response)));
  if ('row' in answer) return answer;
  if (!answer.ok) return { row: INIT_REFUSED, details: { sw: swText(answer.status.sw) } };
  const init: AuthenticInit = {
    onlineAtc: answer.onlineAtc,
    rawBalance: answer.rawBalance,
    random: toHex(answer.random),
    amountFen,
    terminal: reported.terminal.toUpperCase(),
    keyVersion: answer.keyVersion,
    algorithm: answer.algorithm,
  };
  const mac1 = toHex(answer.mac1);
  const query = { ...selector(order), ...init, transactionType: EP_LOAD, mac1 };
  return (await hsm.verifyMac1(query)) ? { init } : { row: MAC1_INVALID };
}

async function weighCredit(hsm: Hsm, situation: Situation, response: string): Promise<Weighed> {
  const answer = tolerate(() => creditForLoad.parse(fromHex(response)));
  // A garbled answer to CREDIT proves as little as a wrong TAC: the card's own proof comes next.
  if ('row' in answer) return { evidence: { kind: 'bad-tac' } };
  if (!answer.ok) return { evidence: { kind: 'credit-refused', sw: swText(answer.status.sw) } };
  const attempt = await findAttempt(hsm, situation, answer.tac);
  if (attempt === undefined) return { evidence: { kind: 'bad-tac' } };
  return { evidence: { kind: 'tac', attempt, tac: toHex(answer.tac) } };
}

/** Cards disagree on which half of 805A's answer holds the TAC, and for which counter: try all. */
async function weighProofs(
  hsm: Hsm,
  situation: Situation,
  responses: readonly string[],
): Promise<Weighed> {
  for (const response of responses) {
    const answer = tolerate(() => getTransactionProve.parse(fromHex(response)));
    if ('row' in answer || !answer.ok) continue;
    for (const tac of [answer.tac, answer.mac]) {
      const attempt = await findAttempt(hsm, situation, tac);
      if (attempt === undefined) continue;
      return { evidence: { kind: 'tac', attempt, tac: toHex(tac) } };
    }
  }
  return { evidence: { kind: 'no-proof' } };
}

/** Another issuer's load at the bound ATC; a TAC that is ours after all proves our own credit. */
export async function weighForeignRecord(
  hsm: Hsm,
  situation: Situation,
  record: ForeignRecord,
): Promise<Weighed> {
  const own = await findAttempt(hsm, situation, fromHex(record.tac));
  if (own !== undefined) {
    return { evidence: { kind: 'tac', attempt: own, tac: record.tac.toUpperCase() } };
  }
  // On the wire between issuers the counter has a shorter name.
  const { atc: onlineAtc, ...inputs } = record;
  const query = { ...selector(situation.order), ...inputs, onlineAtc };
  const holds = await hsm.verifyTac({ ...query, transactionType: EP_LOAD });
  return holds ? { evidence: { kind: 'foreign-record', onlineAtc } } : { row: FOREIGN_TAC_INVALID };
}

/** The attempt of this order that a TAC belongs to, the latest first. */
async function findAttempt(
  hsm: Hsm,
  situation: Situation,
  tac: Uint8Array,
): Promise<Attempt | undefined> {
  for (const attempt of [...situation.attempts].reverse()) {
    const { onlineAtc, rawBalance, amountFen, terminal, date, time } = attempt;
    const rawBalanceAfter = rawBalance + amountFen;
    const inputs = { onlineAtc, rawBalanceAfter, amountFen, terminal, date, time };
    const query = { ...selector(situation.order), ...inputs, transactionType: EP_LOAD };
    if (await hsm.verifyTac({ ...query, tac: toHex(tac) })) return attempt;
  }
  return undefined;
}

/** The key an order is loaded under. */
export function selector(order: Order) {
  const { keyIndex, issuerFactor, cardNumber } = order;
  return { keyIndex, issuerFactor, cardNumber };
}

/** A garbled frame is a fault of the line, not of the card: report it, change nothing. */
function tolerate<T>(parse: () => T): T | { readonly row: ErrorRow } {
  try {
    return parse();
  } catch (error) {
    if (isQuancunError(error)) return { row: rowOfError(error) };
    throw error;
  }
}
