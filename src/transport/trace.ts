/**
 * Traces: recorded sessions as text.
 *
 *   # ATR: 3B…      a fact              => 80 5C …   a command, in hex
 *   # 24ms          how long it took    <= 0000…     its answer
 *   # LOST maybe    no answer came, and whether the card can have seen the command
 *
 * Redacted by default: `**` stands for every byte that is a PIN, a MAC that gives permission, a
 * card number, a plate or a name.
 */
import { fromHex, toHex } from '../bytes.js';
import { isQuancunError, QuancunError, type Sent } from '../errors.js';
import { createSessionRedactor } from '../redact-apdu.js';
import type { Env } from '../env.js';
import { expectTransport, transmitOne } from './boundary.js';
import type { Transport } from './transport.js';
import { wrapTransmit } from './wrap.js';
import { TRACE_MALFORMED } from './errors.js';

/** One exchange of a trace. Bytes are hex; `**` is a redacted byte. */
export interface TraceExchange {
  readonly command: string;
  /** Absent when the card was lost. */
  readonly response?: string;
  readonly lost?: Sent;
  readonly durationMs?: number;
}

/** A recorded session. */
export interface Trace {
  readonly atr?: string;
  /** Other `# ` lines, in order. */
  readonly facts: readonly string[];
  readonly exchanges: readonly TraceExchange[];
}

/** How to record. */
export interface TraceOptions {
  /** Default: true. Only a laboratory with test cards turns it off. */
  readonly redact?: boolean;
  /** With a clock, durations are recorded. */
  readonly env?: Pick<Env, 'now'>;
}

/**
 * Wraps a transport; every exchange goes to `sink` as lines of a trace. What `sink` throws is
 * dropped: the card has answered all the same.
 * 记录会话（默认脱敏）；`sink` 抛出的异常不影响卡片交互。
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const card = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
 * let log = '';
 * const transport = withTrace(card, (lines) => (log += lines));
 */
export function withTrace(
  transport: Transport,
  sink: (lines: string) => void,
  options: TraceOptions = {},
): Transport {
  const redact = options.redact !== false;
  const hex = (command: Uint8Array, response?: Uint8Array): [string, string] => [
    toHex(command),
    response === undefined ? '' : toHex(response),
  ];
  const show = redact ? createSessionRedactor() : hex;
  expectTransport(transport);
  const { atr } = transport.info;
  if (atr !== undefined) tell(() => sink(`# ATR: ${toHex(atr)}\n`));
  const clock = options.env;
  const answered = (command: Uint8Array, response: Uint8Array, startedMs?: number): void => {
    tell(() => {
      const [sent, got] = show(command, response);
      const took =
        startedMs === undefined || clock === undefined
          ? ''
          : `# ${String(Math.round(clock.now() - startedMs))}ms\n`;
      sink(`=> ${sent}\n${took}<= ${got}\n`);
    });
  };
  const failed = (command: Uint8Array, error: unknown): void => {
    const lost = isQuancunError(error) ? (error.sent ?? 'maybe') : 'maybe';
    tell(() => sink(`=> ${show(command)[0]}\n# LOST ${lost}\n`));
  };
  return wrapTransmit(
    transport,
    async (command, transmitOptions) => {
      const startedMs = clock?.now();
      let response: Uint8Array;
      try {
        response = await transmitOne(transport, command, transmitOptions);
      } catch (error) {
        failed(command, error);
        throw error;
      }
      answered(command, response, startedMs);
      return response;
    },
    // How long each command of a frame took is not known.
    (send) => async (commands, transmitOptions) => {
      let answers: Uint8Array[];
      try {
        answers = await send(commands, transmitOptions);
      } catch (error) {
        for (const command of commands) failed(command, error);
        throw error;
      }
      for (const [index, response] of answers.entries()) {
        const command = commands[index];
        if (command !== undefined) answered(command, response);
      }
      return answers;
    },
  );
}

/** A recorder that fails must not make a command that the card executed look lost. */
function tell(record: () => void): void {
  try {
    record();
  } catch {
    // The session goes on without this line.
  }
}

/**
 * Writes a trace as text; the inverse of {@link parseTrace}.
 * 输出会话文本。
 * @example
 * const trace = parseTrace('=> 0084000004\n<= 0A0B0C0D9000\n');
 * formatTrace(trace); // '=> 0084000004\n<= 0A0B0C0D9000\n'
 */
export function formatTrace(trace: Trace): string {
  const lines = trace.atr === undefined ? [] : [`# ATR: ${trace.atr}`];
  lines.push(...trace.facts.map((fact) => `# ${fact}`));
  for (const { command, response, lost, durationMs } of trace.exchanges) {
    lines.push(`=> ${command}`);
    if (durationMs !== undefined) lines.push(`# ${String(durationMs)}ms`);
    lines.push(response === undefined ? `# LOST ${lost ?? 'maybe'}` : `<= ${response}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * Reads a trace. Blanks inside hex are allowed, as other tools write them.
 * 解析会话文本。
 * @throws TRACE_MALFORMED with the number of the line
 * @example parseTrace('=> 0084000004\n<= 0A0B0C0D9000\n').exchanges.length; // 1
 */
export function parseTrace(text: string): Trace {
  const facts: string[] = [];
  const exchanges: TraceExchange[] = [];
  let atr: string | undefined;
  let open: { command: string; durationMs?: number } | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    const fail = (): QuancunError =>
      new QuancunError(TRACE_MALFORMED, { details: { line: index + 1 } });
    if (line === '') continue;
    if (line.startsWith('=>')) {
      if (open !== undefined) exchanges.push({ ...open, lost: 'maybe' });
      open = { command: hexOf(line.slice(2), fail) };
    } else if (line.startsWith('<=')) {
      if (open === undefined) throw fail();
      exchanges.push({ ...open, response: hexOf(line.slice(2), fail) });
      open = undefined;
    } else if (line.startsWith('#')) {
      const fact = line.slice(1).trim();
      const [, milliseconds] = /^(\d{1,9})ms$/.exec(fact) ?? [];
      const [, lost] = /^LOST(?: (no|maybe|yes))?$/.exec(fact) ?? [undefined, undefined];
      if (fact.startsWith('ATR:')) atr = hexOf(fact.slice(4), fail);
      else if (milliseconds !== undefined && open !== undefined) {
        open = { ...open, durationMs: Number(milliseconds) };
      } else if (fact.startsWith('LOST') && open !== undefined) {
        exchanges.push({ ...open, lost: (lost ?? 'maybe') as Sent });
        open = undefined;
      } else facts.push(fact);
    } else throw fail();
  }
  if (open !== undefined) exchanges.push({ ...open, lost: 'maybe' });
  return { ...(atr === undefined ? {} : { atr }), facts, exchanges };
}

/**
 * Whether a hex text has redacted bytes.
 * @example isRedacted('0020000003******'); // true
 */
export function isRedacted(hex: string): boolean {
  return hex.includes('*');
}

/** The bytes of a hex text; redacted ones as zeros. */
export function traceBytes(hex: string): Uint8Array {
  return fromHex(hex.replace(/\*/g, '0'));
}

function hexOf(text: string, fail: () => QuancunError): string {
  const hex = text.replace(/\s+/g, '').toUpperCase();
  if (hex.length % 2 !== 0 || !/^(?:[0-9A-F]{2}|\*\*)*$/.test(hex)) throw fail();
  return hex;
}
