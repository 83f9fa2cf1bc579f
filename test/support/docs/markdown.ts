/**
 * The pages: their programs, their commands, their links. Two comments that no reader sees make a
 * program of a block that is not one by itself (docs/internals/testing.md):
 * `<!-- continues -->` appends the block below to the one before it on the page, and
 * `<!-- given: … -->` puts TypeScript in front of it.
 */
import { type ShownLine, type ShownProgram, linesOf } from './program.js';

/** A fenced block. `line` is that of its first line of code. */
export interface Block {
  readonly language: string;
  readonly line: number;
  readonly lines: readonly ShownLine[];
  readonly given: readonly ShownLine[];
  readonly continues: boolean;
}

const CODE = new Set(['ts', 'typescript', 'js', 'javascript', 'mjs', 'mts']);
const SHELL = new Set(['sh', 'bash', 'shell', 'console']);
const FENCE = /^(\s*)(```+)\s*(\w*)/;

/** The fenced blocks of a page in any language. @throws where a comment stands before no block */
export function blocksOf(file: string, text: string): Block[] {
  const all = linesOf(file, text, 1);
  const blocks: Block[] = [];
  let given: ShownLine[] = [];
  let continues = false;
  for (let at = 0; at < all.length; at += 1) {
    const line = all[at]?.text ?? '';
    const end = (isEnd: (text: string) => boolean): number => {
      const found = all.findIndex((one, index) => index >= at && isEnd(one.text));
      if (found < 0) throw new Error(`${file}:${at + 1} has no end`);
      return found;
    };
    const fence = FENCE.exec(line);
    if (fence !== null) {
      const [, indent = '', ticks = '', language = ''] = fence;
      const first = at + 1;
      at = first;
      at = end((one) => one.trim().startsWith(ticks));
      const lines = all.slice(first, at).map((one) => ({
        ...one,
        text: one.text.startsWith(indent) ? one.text.slice(indent.length) : one.text,
      }));
      blocks.push({ language, line: first + 1, lines, given, continues });
      [given, continues] = [[], false];
    } else if (line.trim() === '<!-- continues -->') {
      continues = true;
    } else if (line.startsWith('<!-- given:')) {
      const first = at;
      at = end((one) => one.includes('-->'));
      given = all.slice(first, at + 1).map((one) => ({ ...one, text: withoutMarks(one.text) }));
    } else if ((continues || given.length > 0) && line.trim() !== '') {
      throw new Error(`${file}:${at + 1} stands between a comment and the block it speaks of`);
    }
  }
  return blocks;
}

function withoutMarks(line: string): string {
  return line.replace(/^<!-- given:\s*/, '').replace(/\s*-->.*$/, '');
}

/** The programs of a page, each with what continues it. */
export function programsOf(file: string, text: string): ShownProgram[] {
  const programs: { at: string; lines: ShownLine[] }[] = [];
  for (const block of blocksOf(file, text)) {
    if (!CODE.has(block.language)) continue;
    const at = `${file}:${block.line}`;
    const lines = [...block.given, ...block.lines];
    const before = programs.at(-1);
    if (!block.continues) programs.push({ at, lines });
    else if (before === undefined) throw new Error(`${at} continues nothing`);
    else before.lines.push(...lines);
  }
  return programs;
}

/** The shell blocks of a page. */
export function shellLinesOf(file: string, text: string): ShownLine[] {
  return blocksOf(file, text)
    .filter(({ language }) => SHELL.has(language))
    .flatMap(({ lines }) => lines);
}

/** The text between the fences, for what is looked up in prose: links, names in backticks. */
export function proseOf(file: string, text: string): ShownLine[] {
  const inside = new Set(
    blocksOf(file, text).flatMap(({ lines }) => lines.map(({ line }) => line)),
  );
  return linesOf(file, text, 1).filter(({ line }) => !inside.has(line));
}

/** The anchors that a page's headings make. */
export function anchorsOf(file: string, text: string): string[] {
  return proseOf(file, text)
    .flatMap((line) => /^#+ (.*)/.exec(line.text)?.[1] ?? [])
    .map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    );
}
