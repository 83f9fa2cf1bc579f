/**
 * A visit: one card in the reader, one order, from "what next?" to "stop". The terminal carries
 * bytes between card and authority and keeps no truth of its own.
 */
import { statusWordOf, SW_OK } from '../apdu/index.js';
import { fromHex, toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { isQuancunError, QuancunError } from '../errors.js';
import type { PinForm } from '../etc/index.js';
import { expectJson } from '../json/index.js';
import type { Authority, Step, StopStep, TerminalEvidence, VisitReport } from '../load/index.js';
import { PROTOCOL_VERSION, STEP } from '../messages/index.js';
import { creditForLoad, getTransactionProve } from '../purse/index.js';
import {
  type AbortSignalLike,
  transmitAll,
  transmitOne,
  type Transport,
} from '../transport/index.js';
import { expectTellable, inTollApplication } from './exchange.js';
import { initializePresent, type PresentCard } from './present-card.js';
import { CREDIT_RESERVE_MS, DEFAULT_LOAD_RESERVE_MS, expectSessionLeft } from './reader-session.js';
import { ask, asFailure, loadCancelled, type OnStage, tellStage } from './stages.js';
import { VISIT_TOO_LONG } from '../transport/errors.js';
import { STEP_UNKNOWN } from './errors.js';

/** Steps of one visit before it is given up: prove, init, credit, and each again. */
const MAX_STEPS = 16;

/** What a visit needs. */
export interface VisitOptions {
  readonly transport: Transport;
  readonly authority: Authority;
  /** This terminal's number: 6 bytes, 12 hex digits. */
  readonly terminal: string;
  /** The card's PIN; `undefined` for cards that ask for none. */
  readonly pin: string | undefined;
  /** How the card takes its PIN. Default: as its version says. */
  readonly pinForm?: PinForm;
  readonly onStage?: OnStage;
  /**
   * The clock of the transport's `sessionDeadlineMs`. Without it no deadline is looked at; without
   * a `sleep` the authority and the card may take as long as they like.
   */
  readonly env?: Pick<Env, 'now'> & Partial<Pick<Env, 'sleep'>>;
  /** How long the authority may take for one answer, all its retries included. Default: 90,000. */
  readonly authorityTimeoutMs?: number;
  /** Cancels what can be cancelled: until CREDIT FOR LOAD is sent nothing more is begun. */
  readonly signal?: AbortSignalLike;
  /**
   * How much of the host's session must be left for a load to begin: INITIALIZE, the authority's
   * answer, CREDIT. Default: 8,000.
   */
  readonly loadReserveMs?: number;
}

/** How a visit ended: the authority said stop, or the visit could not go on. */
export type VisitEnd = {
  /** Whether CREDIT FOR LOAD was sent in this visit. */
  readonly creditSent: boolean;
} & ({ readonly stop: StopStep } | { readonly failure: QuancunError });

/**
 * Runs a visit to its end.
 * 执行一次持卡会话，直到授权中心说停。
 *
 * A failure is PIN_WRONG, PIN_BLOCKED, PIN_NOT_SET, NOT_AN_ETC_CARD or SESSION_TOO_SHORT (nothing
 * was written), STEP_UNKNOWN (nothing more was sent to the card), or whatever the authority throws.
 * It says nothing about the order: that is asked of the authority, and a later visit goes on from
 * wherever it stands.
 */
export async function visit(
  options: VisitOptions,
  orderId: string,
  card: PresentCard,
): Promise<VisitEnd> {
  let evidence: TerminalEvidence = { kind: 'present' };
  let creditSent = false;
  let isInitialized = false;
  try {
    for (let count = 0; count < MAX_STEPS; count += 1) {
      const { cardNumber } = card;
      const report = { protocol: PROTOCOL_VERSION, orderId, cardNumber, evidence };
      // Of another version, or of a stranger on the way, it may be no step of ours.
      const step: Step = expectJson(
        STEP,
        await nextStep(options, report, creditSent),
        STEP_UNKNOWN,
      );
      if (step.do === 'stop') return { stop: step, creditSent };
      if (step.do === 'credit') expectInitialized(isInitialized);
      if (!creditSent) expectNotCancelled(options.signal);
      expectTime(options, step);
      creditSent = creditSent || step.do === 'credit';
      evidence = await performOrLose(options, card, step);
      isInitialized = step.do === 'initialize' && isAccepted(evidence);
    }
    return { failure: new QuancunError(VISIT_TOO_LONG), creditSent };
  } catch (thrown) {
    return { failure: asFailure(thrown), creditSent };
  }
}

/** It can be cancelled until CREDIT is sent: from then on what the card said has to be told. */
function nextStep(options: VisitOptions, report: VisitReport, creditSent: boolean): Promise<Step> {
  const { env, signal, ...rest } = options;
  const sleep = env?.sleep;
  if (env === undefined || sleep === undefined) return options.authority.next(report);
  const clock = { now: () => env.now(), sleep: sleep.bind(env) };
  const stop = creditSent ? undefined : signal;
  return ask({ ...rest, env: clock }, (authority) => authority.next(report), stop, loadCancelled);
}

function expectNotCancelled(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted === true) throw loadCancelled();
}

/**
 * One MAC2 goes to the card once, and only right behind the INITIALIZE it was made for: whoever
 * asks for another CREDIT is repeating a reply, or is no authority.
 */
function expectInitialized(isInitialized: boolean): void {
  if (isInitialized) return;
  const details = { problem: 'credit without an INITIALIZE before it' };
  throw new QuancunError(STEP_UNKNOWN, { details });
}

function isAccepted(evidence: TerminalEvidence): boolean {
  return evidence.kind === 'initialized' && statusWordOf(fromHex(evidence.response)) === SW_OK;
}

/** A step that the host would cut off is not begun; what only reads may be. */
function expectTime({ transport, env, loadReserveMs }: VisitOptions, step: Step): void {
  if (step.do === 'initialize') {
    expectSessionLeft(transport.info, env, loadReserveMs ?? DEFAULT_LOAD_RESERVE_MS);
  }
  if (step.do === 'credit') expectSessionLeft(transport.info, env, CREDIT_RESERVE_MS);
}

/** A card that does not answer is reported as lost; it is never asked to credit again. */
async function performOrLose(
  options: VisitOptions,
  card: PresentCard,
  step: Exclude<Step, StopStep>,
): Promise<TerminalEvidence> {
  try {
    return await perform(options, card, step);
  } catch (error) {
    // Errors that know whether the card saw the command, and errors of unknown drivers, are losses.
    if (isQuancunError(error) && error.sent === undefined) throw error;
    return { kind: 'lost' };
  }
}

async function perform(
  options: VisitOptions,
  card: PresentCard,
  step: Exclude<Step, StopStep>,
): Promise<TerminalEvidence> {
  switch (step.do) {
    case 'prove': {
      tellStage(options, 'proving');
      return prove(options.transport, step.transactionType, step.atcs);
    }
    case 'initialize':
    case 'probe': {
      tellStage(options, 'authorising');
      const terminal = step.do === 'probe' ? step.terminal : options.terminal;
      const { keyIndex, amountFen } = step;
      const asked = { keyIndex, amountFen, terminal };
      const answer = await initializePresent(options, card, asked);
      return { kind: 'initialized', terminal, response: toHex(answer) };
    }
    case 'credit': {
      tellStage(options, 'writing');
      const { date, time, mac2 } = step;
      const command = creditForLoad.build({ date, time, mac2: fromHex(mac2) });
      const answer = expectTellable(await transmitOne(options.transport, command));
      return { kind: 'credited', response: toHex(answer) };
    }
  }
}

/** Asked before any INIT: some cards drop the proof when a new transaction begins. */
async function prove(
  transport: Transport,
  transactionType: number,
  atcs: readonly number[],
): Promise<TerminalEvidence> {
  const commands = atcs.map((atc) => getTransactionProve.build({ transactionType, atc }));
  const responses = await inTollApplication(transport, commands);
  // A card without this proof says so, and may still have the next one.
  while (responses.length < commands.length) {
    const more = await transmitAll(transport, commands.slice(responses.length));
    if (more.length === 0) break;
    responses.push(...more);
  }
  return { kind: 'proved', responses: responses.map((one) => toHex(expectTellable(one))) };
}
