/** `trace`: explains a recorded session, exchange by exchange, and recomputes its cryptograms. */
import type { Command } from 'commander';
import { QuancunError } from '../../errors.js';
import { redactText } from '../../redact.js';
import { createSessionRedactor } from '../../redact-apdu.js';
import { isRedacted, parseTrace, traceBytes, type TraceExchange } from '../../transport/index.js';
import {
  type CheckedCode,
  type CodeChecker,
  createCodeChecker,
  explainCommand,
  type Explanation,
  explainResponse,
  statusWords,
} from '../../explain/index.js';
import { readToolKeys } from '../options/tool-keys.js';
import { readText } from '../options/files.js';
import { asQuancunError, type CommonOptions, type Output, fromOption } from '../output.js';
import { configure } from '../run.js';
import { joiningT0 } from './join-t0.js';
import { CRYPTOGRAM_WRONG } from '../errors.js';

interface TraceOptions extends CommonOptions {
  readonly keys?: string;
}

/** Adds `trace`. */
export function registerTrace(program: Command): void {
  const command = program
    .command('trace')
    .description('explain a recorded session; with keys, recompute every cryptogram in it')
    .argument('<file>', 'a trace: # facts, => command, <= response')
    .option('--keys <file>', "the card's keys, as for purse");
  configure<TraceOptions>(command, 'trace session.txt', (args, options, output) => {
    const text = readText(args[0] ?? '');
    const trace = fromOption(() => parseTrace(text));
    const check =
      options.keys === undefined
        ? undefined
        : joiningT0(createCodeChecker(readToolKeys(options.keys)));
    if (trace.atr !== undefined) output.line(`ATR ${trace.atr}`);
    for (const fact of trace.facts) output.line(`# ${redactText(fact)}`);
    const redact = createSessionRedactor();
    let [checked, wrong] = [0, 0];
    for (const [index, exchange] of trace.exchanges.entries()) {
      const held = tellExchange({ number: index + 1, exchange, check, redact }, output);
      checked += held.length;
      wrong += held.filter((one) => !one).length;
    }
    const exchanges = trace.exchanges.length;
    output.line({
      en: `\n${String(exchanges)} exchanges; ${String(checked)} cryptograms recomputed, ${String(wrong)} wrong`,
      zh: `\n共 ${String(exchanges)} 次交互；重算密文 ${String(checked)} 个，错误 ${String(wrong)} 个`,
    });
    output.event('total', { exchanges, checked, wrong });
    if (wrong > 0) throw new QuancunError(CRYPTOGRAM_WRONG, { details: { what: 'the trace' } });
    return Promise.resolve(true);
  });
}

/** One exchange of a session, and what the session knows. */
interface Told {
  readonly number: number;
  readonly exchange: TraceExchange;
  readonly check: CodeChecker | undefined;
  readonly redact: ReturnType<typeof createSessionRedactor>;
}

/** Says one exchange; answers whether each code that could be checked held. */
function tellExchange(
  { number, exchange, check, redact }: Told,
  output: Output,
): readonly boolean[] {
  const command = traceBytes(exchange.command);
  const response = exchange.response === undefined ? undefined : traceBytes(exchange.response);
  const hidden = isRedacted(exchange.command) || isRedacted(exchange.response ?? '');
  const asked = explained(() => explainCommand(command));
  const took = exchange.durationMs === undefined ? '' : `  ${String(exchange.durationMs)} ms`;
  output.title(
    `${String(number).padStart(3)}  ${asked.name}${took}${hidden ? '  [redacted]' : ''}`,
  );
  // Of a redacted byte nothing is known, so fields would show zeros that were never there.
  if (!isRedacted(exchange.command)) tellFields(asked, '→', output);
  const base = { number, command: asked.name, durationMs: exchange.durationMs ?? null };
  if (response === undefined) {
    output.line(`     ← LOST (${exchange.lost ?? 'maybe'})`);
    const codes = check === undefined || hidden ? [] : checkedCodes(check, command);
    tellCodes(codes, output);
    output.event('exchange', { ...base, lost: exchange.lost ?? 'maybe', codes });
    return codes.map(({ held }) => held);
  }
  const answered = explained(() => explainResponse(command, response, redact));
  if (answered.status !== undefined) {
    output.line(`     ← ${output.pick(statusWords(answered.status))}`);
  }
  if (!isRedacted(exchange.response ?? '')) tellFields(answered, '←', output);
  const codes = check === undefined || hidden ? [] : checkedCodes(check, command, response);
  tellCodes(codes, output);
  output.event('exchange', { ...base, sw: answered.name, codes });
  return codes.map(({ held }) => held);
}

function tellFields({ fields }: Explanation, arrow: string, output: Output): void {
  for (const [name, value] of fields) {
    if (value !== '') output.line(`     ${arrow} ${name.padEnd(20)}${value}`);
  }
}

/** Recorded bytes may be anything: what cannot be read is said, and the next one is read. */
function explained(explain: () => Explanation): Explanation {
  try {
    return explain();
  } catch (error) {
    const { code, message } = asQuancunError(error);
    return { name: code, fields: [['?', message]] };
  }
}

function tellCodes(codes: readonly CheckedCode[], output: Output): void {
  for (const { name, held } of codes) output.line(`     ${name} ${held ? '✓' : '✗'}`);
}

function checkedCodes(
  check: CodeChecker,
  command: Uint8Array,
  response?: Uint8Array,
): readonly CheckedCode[] {
  try {
    return check(command, response);
  } catch {
    return [];
  }
}
