/** A program that the documentation shows: its lines, each with the place it stands at. */
import ts from 'typescript';

/** One line of a program, and where a reader finds it. */
export interface ShownLine {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

/** What is compiled and run as one module. */
export interface ShownProgram {
  /** `docs/guides/hosts.md:82`, where it begins. */
  readonly at: string;
  readonly lines: readonly ShownLine[];
}

/** The lines of a piece of a file; `first` is the number of the first. */
export function linesOf(file: string, text: string, first: number): ShownLine[] {
  return text.split('\n').map((line, index) => ({ text: line, file, line: first + index }));
}

export function textOf({ lines }: ShownProgram): string {
  return lines.map(({ text }) => text).join('\n');
}

export function parse({ at }: ShownProgram, text: string): ts.SourceFile {
  return ts.createSourceFile(`${at}.mts`, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
}

/** Where a line of the program (from 0) stands in the documentation. */
export function placeOf({ at, lines }: ShownProgram, line: number): string {
  const shown = lines[line] ?? lines.at(-1);
  return shown === undefined ? at : `${shown.file}:${shown.line}`;
}

/** Whether the program says that it needs a browser's library. */
export function needsBrowser(program: ShownProgram): boolean {
  return textOf(program).startsWith('/// <reference lib="dom" />');
}

/** Installed or not, what needs one of these needs a reader, or a token. */
const DEVICE_BINDINGS: readonly string[] = ['smartcard', 'koffi'];

/**
 * Whether the program can run here: it has all that it names. One that `declare`s what its host or
 * its reader has (`declare const wx: …`), or imports a package of theirs, is compiled only.
 */
export function isWhole(program: ShownProgram, installed: (name: string) => boolean): boolean {
  if (needsBrowser(program)) return false;
  return parse(program, textOf(program)).statements.every((statement) => {
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      const { text } = statement.moduleSpecifier;
      return !DEVICE_BINDINGS.includes(text) && installed(text);
    }
    return !(
      ts.canHaveModifiers(statement) &&
      statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) === true
    );
  });
}
