/**
 * What a terminal and a server say to each other when the server drives the card. The terminal
 * always speaks first: it reports what it has done and is told what to do next, so it needs no
 * open port. Everything is JSON; bytes are hex; the version is there from the first day.
 *
 * Each message is declared once. From the declaration come its type, its check (exact fields, exact
 * forms, bounded sizes, on both sides) and its JSON schema.
 */
import * as v from 'valibot';
import { statusWordOf, swText } from '../apdu/index.js';
import { QuancunError, type QuancunErrorJson, type Sent } from '../errors.js';
import { MESSAGE_INVALID, PROTOCOL_VERSION } from '../json/errors.js';
import { declared, expectJson, maybe, type Told, typed, wholeOf } from '../json/index.js';

/** The version of these messages. */
export const REMOTE_PROTOCOL_VERSION = 1;

/** Commands of one batch, at most. */
export const MAX_REMOTE_COMMANDS = 16;

/** A status word, `x` for any digit: `9000`, `61xx`. */
export const EXPECTATION = /^[0-9A-FXx]{4}$/;

/** The longest command: short APDUs only. */
export const MAX_COMMAND_BYTES = 261;

/** On this line hex is upper case. */
function upperHex(minBytes: number, maxBytes = minBytes): v.GenericSchema<string> {
  const count = `${String(minBytes)},${String(maxBytes)}`;
  return v.pipe(v.string(), v.regex(new RegExp(`^([0-9A-F]{2}){${count}}$`)));
}

const PROTOCOL = /* @__PURE__ */ declared(() => typed<number>(v.literal(REMOTE_PROTOCOL_VERSION)));
/** A driver's name. */
const NAME = /* @__PURE__ */ declared(() => v.pipe(v.string(), v.regex(/^[\w.-]{1,32}$/)));
/** An error's code, which the other side may be too old to know. */
const CODE = /* @__PURE__ */ declared(() => v.pipe(v.string(), v.regex(/^[\w.:-]{1,64}$/)));
const STEP = /* @__PURE__ */ wholeOf(1, 1_000_000);
const SPAN_MS = /* @__PURE__ */ wholeOf(0, 1e9);

const EXPECT = /* @__PURE__ */ declared(() =>
  v.pipe(v.array(v.pipe(v.string(), v.regex(EXPECTATION))), v.maxLength(8)),
);

const REMOTE_COMMAND = /* @__PURE__ */ declared(() =>
  v.strictObject({
    /** Hex. */
    command: upperHex(4, MAX_COMMAND_BYTES),
    /** Status words after which the batch goes on; after any other it stops. */
    expect: EXPECT,
  }),
);

/** One command on its way, and the status words after which the batch goes on. */
export interface RemoteCommand extends Told<typeof REMOTE_COMMAND> {}

export const REMOTE_CARD = /* @__PURE__ */ declared(() =>
  v.strictObject({
    /** The terminal's own driver. */
    kind: NAME,
    /** Hex; `null` where the reader has none. */
    atr: v.nullable(upperHex(0, 33)),
    contactless: v.boolean(),
    /** Whether the terminal can reset the card. */
    canReset: v.boolean(),
    /** How long the terminal's host will still hold the session; `null` where nothing ends it. */
    sessionLeftMs: v.nullable(SPAN_MS),
  }),
);

/** The card in the terminal's reader. */
export interface RemoteCard extends Told<typeof REMOTE_CARD> {}

const REMOTE_FAILURE = /* @__PURE__ */ declared(() =>
  v.strictObject({
    /** An error code of the terminal, which may be of another version than the server. */
    code: CODE,
    /** Whether the card can have executed the command. */
    sent: typed<Sent>(v.picklist(['no', 'maybe', 'yes'])),
  }),
);

/** Why a command has no answer. */
export interface RemoteFailure extends Told<typeof REMOTE_FAILURE> {}

export const REMOTE_RESULT = /* @__PURE__ */ declared(() =>
  v.strictObject({
    /** The answers in order, hex; fewer than commands when the batch stopped. */
    answers: v.pipe(v.array(upperHex(0, 258)), v.maxLength(MAX_REMOTE_COMMANDS)),
    /** Why the command after the last answer has none; `null` when no command failed. */
    failure: v.nullable(typed<RemoteFailure>(REMOTE_FAILURE)),
  }),
);

/** What became of one step. */
export interface RemoteResult extends Told<typeof REMOTE_RESULT> {}

export const REMOTE_REPORT = /* @__PURE__ */ declared(() =>
  v.strictObject({
    protocol: PROTOCOL,
    /** 32 hex digits, chosen afresh by the terminal for every card in its reader. */
    sessionId: upperHex(16),
    /**
     * 16 hex digits, chosen afresh by each start of the terminal: a session belongs to the one that
     * opened it. Terminals of 0.1.0 have none.
     */
    instance: maybe(upperHex(8)),
    /** `leave`: the card is no longer at the server's disposal. */
    kind: typed<'ready' | 'leave'>(v.picklist(['ready', 'leave'])),
    card: typed<RemoteCard>(REMOTE_CARD),
    /** The newest step that was begun; 0 before the first. It never goes back. */
    done: wholeOf(0, 1_000_000),
    /** What became of that step; `null` before the first. */
    result: v.nullable(typed<RemoteResult>(REMOTE_RESULT)),
    /** How long the server may hold its answer while it has nothing to do. */
    waitMs: wholeOf(0, 120_000),
  }),
);

/**
 * Terminal to server.
 * 终端 → 服务器。
 */
export interface RemoteReport extends Told<typeof REMOTE_REPORT> {}

const COMMANDS = /* @__PURE__ */ declared(() =>
  typed<readonly RemoteCommand[]>(
    v.pipe(v.array(REMOTE_COMMAND), v.minLength(1), v.maxLength(MAX_REMOTE_COMMANDS)),
  ),
);

export const REMOTE_WORK = /* @__PURE__ */ declared(() =>
  v.variant('do', [
    v.strictObject({ do: v.literal('run'), commands: COMMANDS }),
    v.strictObject({ do: v.literal('reset') }),
  ]),
);

/** The same in a store: what has been done has `**` for each byte of a secret. */
export const STORED_WORK = /* @__PURE__ */ declared(() =>
  v.variant('do', [
    v.strictObject({
      do: v.literal('run'),
      commands: v.pipe(
        v.array(
          v.strictObject({
            command: v.pipe(v.string(), v.regex(/^([0-9A-F]{2}|\*\*){4,261}$/)),
            expect: EXPECT,
          }),
        ),
        v.minLength(1),
        v.maxLength(MAX_REMOTE_COMMANDS),
      ),
    }),
    v.strictObject({ do: v.literal('reset') }),
  ]),
);

/** What there is to do in one step. */
export type RemoteWork = Told<typeof REMOTE_WORK>;

export const REMOTE_INSTRUCTION = /* @__PURE__ */ declared(() => {
  const timed = {
    protocol: PROTOCOL,
    /** Above every step before. A terminal never begins a step twice. */
    step: STEP,
    /**
     * No command may begin later than this after the terminal sent the report that is answered. A
     * span and not a time of day: the two clocks need not agree.
     */
    withinMs: SPAN_MS,
  };
  return v.variant('do', [
    v.strictObject({ ...timed, do: v.literal('run'), commands: COMMANDS }),
    v.strictObject({ ...timed, do: v.literal('reset') }),
    /** Nothing to do yet: report again. */
    v.strictObject({ protocol: PROTOCOL, do: v.literal('wait') }),
    /** The server needs the card no more. */
    v.strictObject({ protocol: PROTOCOL, do: v.literal('stop') }),
    /** An error's JSON, of which a stranger's has at least the code. */
    v.strictObject({
      protocol: PROTOCOL,
      do: v.literal('refuse'),
      error: typed<Partial<QuancunErrorJson> & { readonly code: string }>(
        v.looseObject({ code: CODE }),
      ),
    }),
  ]);
});

/**
 * Server to terminal.
 * 服务器 → 终端。
 */
export type RemoteInstruction = Told<typeof REMOTE_INSTRUCTION>;

/**
 * Checks what a terminal says.
 * 校验终端上报。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseRemoteReport(json: unknown): RemoteReport {
  expectVersion(json);
  const report = expectJson(REMOTE_REPORT, json);
  if ((report.done === 0) !== (report.result === null)) throw invalid('result');
  return report;
}

/**
 * Checks what a server says.
 * 校验服务器指令。
 * @throws MESSAGE_INVALID, PROTOCOL_VERSION
 */
export function parseRemoteInstruction(json: unknown): RemoteInstruction {
  expectVersion(json);
  return expectJson(REMOTE_INSTRUCTION, json);
}

/** The version first: another one may well have other fields. @throws PROTOCOL_VERSION */
export function expectVersion(json: unknown): void {
  if (typeof json !== 'object' || json === null) return;
  const { protocol } = json as { readonly protocol?: unknown };
  if (!Number.isSafeInteger(protocol) || protocol === REMOTE_PROTOCOL_VERSION) return;
  throw new QuancunError(PROTOCOL_VERSION, { details: { version: protocol } });
}

/** Whether an answer's status word is one of those expected. */
export function isExpected(response: Uint8Array, expect: RemoteCommand['expect']): boolean {
  const text = swText(statusWordOf(response));
  return expect.some((pattern) =>
    Array.from(pattern.toUpperCase()).every((digit, at) => digit === 'X' || digit === text[at]),
  );
}

/** Parses JSON text. @throws MESSAGE_INVALID */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid('JSON');
  }
}

/** A message that breaks the form. */
export function invalid(problem: string): QuancunError {
  return new QuancunError(MESSAGE_INVALID, { details: { problem } });
}
