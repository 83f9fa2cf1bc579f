/**
 * What a terminal and a server say to each other when the server drives the card. The terminal
 * always speaks first: it reports what it has done and is told what to do next, so it needs no
 * open port. Everything is JSON; bytes are hex; the version is there from the first day.
 */
import { statusWordOf, swText } from '../apdu/index.js';
import type { QuancunErrorJson, Sent } from '../errors.js';

/** The version of these messages. */
export const REMOTE_PROTOCOL_VERSION = 1;

/** Commands of one batch, at most. */
export const MAX_REMOTE_COMMANDS = 16;

/** One command on its way, and the status words after which the batch goes on. */
export interface RemoteCommand {
  /** Hex. */
  readonly command: string;
  /** Four hex digits each, `x` for any: `9000`, `61xx`. After any other answer the batch stops. */
  readonly expect: readonly string[];
}

/** The card in the terminal's reader. */
export interface RemoteCard {
  /** The terminal's own driver. */
  readonly kind: string;
  /** Hex; `null` where the reader has none. */
  readonly atr: string | null;
  readonly contactless: boolean;
  /** Whether the terminal can reset the card. */
  readonly canReset: boolean;
  /** How long the terminal's host will still hold the session; `null` where nothing ends it. */
  readonly sessionLeftMs: number | null;
}

/** Why a command has no answer. */
export interface RemoteFailure {
  /** An error code of the terminal, which may be of another version than the server. */
  readonly code: string;
  /** Whether the card can have executed the command. */
  readonly sent: Sent;
}

/** What became of one step. */
export interface RemoteResult {
  /** The answers in order, hex; fewer than commands when the batch stopped. */
  readonly answers: readonly string[];
  /** Why the command after the last answer has none; `null` when no command failed. */
  readonly failure: RemoteFailure | null;
}

/**
 * Terminal to server.
 * 终端 → 服务器。
 */
export interface RemoteReport {
  readonly protocol: number;
  /** 32 hex digits, chosen afresh by the terminal for every card in its reader. */
  readonly sessionId: string;
  /** `leave`: the card is no longer at the server's disposal. */
  readonly kind: 'ready' | 'leave';
  readonly card: RemoteCard;
  /** The newest step that was begun; 0 before the first. It never goes back. */
  readonly done: number;
  /** What became of that step; `null` before the first. */
  readonly result: RemoteResult | null;
  /** How long the server may hold its answer while it has nothing to do. */
  readonly waitMs: number;
}

/** What there is to do in one step. */
export type RemoteWork =
  { readonly do: 'run'; readonly commands: readonly RemoteCommand[] } | { readonly do: 'reset' };

/**
 * Server to terminal.
 * 服务器 → 终端。
 */
export type RemoteOrder =
  | (RemoteWork & {
      readonly protocol: number;
      /** Above every step before. A terminal never begins a step twice. */
      readonly step: number;
      /**
       * No command may begin later than this after the terminal sent the report that is answered.
       * A span and not a time of day: the two clocks need not agree.
       */
      readonly withinMs: number;
    })
  /** Nothing to do yet: report again. */
  | { readonly protocol: number; readonly do: 'wait' }
  /** The server needs the card no more. */
  | { readonly protocol: number; readonly do: 'stop' }
  | { readonly protocol: number; readonly do: 'refuse'; readonly error: QuancunErrorJson };

/** Whether a status word is one of those expected. */
export function isExpected(response: Uint8Array, expect: readonly string[]): boolean {
  const text = swText(statusWordOf(response));
  return expect.some((pattern) =>
    Array.from(pattern.toUpperCase()).every((digit, at) => digit === 'X' || digit === text[at]),
  );
}
