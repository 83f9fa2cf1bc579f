/**
 * What went over the reader, newest last: each command and its answer in the library's words, and
 * of the simulated card, whose keys are here, whether every cryptogram holds. What is secret is
 * masked before it is kept.
 */
import { isQuancunError } from 'quancun';
import {
  type CheckedCode,
  type CodeChecker,
  explainCommand,
  explainResponse,
  type FieldRows,
  statusWords,
} from 'quancun/explain';
import type { Transport } from 'quancun/transport';
import { shallowReactive } from 'vue';
import type { Text } from '../i18n/index.js';

/** One exchange. */
export interface Line {
  readonly number: number;
  readonly atMs: number;
  readonly tookMs: number;
  readonly name: string;
  readonly fields: FieldRows;
  /** Absent where no answer came. */
  readonly status?: Text & { readonly isGood: boolean };
  readonly answer: FieldRows;
  /** Whether the card can have seen a command without an answer. */
  readonly lost?: string;
  readonly codes: readonly CheckedCode[];
}

const MOST = 200;
const GOOD = 0x9000;

export const timeline = shallowReactive<Line[]>([]);

let count = 0;

/** A reader whose exchanges are noted. Nothing about a card hangs on a note. */
export function withTimeline(reader: Transport, check: CodeChecker | undefined): Transport {
  return {
    ...reader,
    transmit: async (command, options) => {
      const atMs = Date.now();
      try {
        const response = await reader.transmit(command, options);
        note(atMs, command, check, response);
        return response;
      } catch (error) {
        note(atMs, command, check, undefined, isQuancunError(error) ? error.sent : undefined);
        throw error;
      }
    },
  };
}

function note(
  atMs: number,
  command: Uint8Array,
  check: CodeChecker | undefined,
  response?: Uint8Array,
  lost?: string,
): void {
  try {
    const asked = explainCommand(command);
    const said = response === undefined ? undefined : explainResponse(command, response);
    count += 1;
    timeline.push({
      ...{ number: count, atMs, tookMs: Date.now() - atMs, name: asked.name, fields: asked.fields },
      ...{ answer: said?.fields ?? [], codes: check?.(command, response) ?? [] },
      ...(said?.status === undefined
        ? { lost: lost ?? 'maybe' }
        : { status: { ...statusWords(said.status), isGood: said.status.sw === GOOD } }),
    });
    if (timeline.length > MOST) timeline.splice(0, timeline.length - MOST);
  } catch {
    // A note that cannot be made is none.
  }
}

export function clearTimeline(): void {
  timeline.splice(0);
}
