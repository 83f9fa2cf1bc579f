/** Compiles what the documentation shows, as a project of a user's would: on the built types. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../../build/entries.js';
import { type ShownProgram, needsBrowser, placeOf, textOf } from './program.js';

/** A server has Node's types; an app has a browser's beside them. */
export type Project = 'server' | 'app';

const SETTINGS: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  // Every block is a module, whether or not it imports anything.
  moduleDetection: ts.ModuleDetectionKind.Force,
  types: ['node'],
  skipLibCheck: true,
  noEmit: true,
};
const LIBRARIES: Readonly<Record<Project, string[]>> = {
  server: ['lib.es2022.d.ts'],
  app: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
};

/** Packages of hosts that nobody installs here, as far as the guides use them. */
const FOREIGN = join(ROOT, 'test/support/docs/foreign.d.ts');
/** Native bindings, each declared here only where it is not installed: its own types come first. */
const BINDINGS = ['smartcard', 'koffi'];

/** Whether a program that imports it can run here. */
export function isInstalled(specifier: string): boolean {
  try {
    createRequire(join(ROOT, 'package.json')).resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

/** What the compiler says, one `file:line message` a complaint; none, where all is well. */
export function compile(programs: readonly ShownProgram[], project: Project): string[] {
  if (!existsSync(join(ROOT, 'dist/index.d.ts'))) throw new Error('not built: npm run build');
  const mine = programs.filter((program) => project === 'app' || !needsBrowser(program));
  // Beside the page, and so inside the package, whose own name leads to what was built.
  const files = new Map(mine.map((program) => [join(ROOT, `${program.at}.mts`), program]));
  const options: ts.CompilerOptions = { ...SETTINGS, lib: LIBRARIES[project] };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  const shown = (path: string): string | undefined => {
    const program = files.get(path);
    return program === undefined ? undefined : textOf(program);
  };
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => shown(path) ?? readFile(path);
  host.getSourceFile = (path, version) => sourceOf(path, version, shown(path), host);
  const absent = BINDINGS.filter((name) => !existsSync(join(ROOT, 'node_modules', name)));
  const declared = [FOREIGN, ...absent.map((name) => join(ROOT, `test/support/docs/${name}.d.ts`))];
  const program = ts.createProgram([...files.keys(), ...declared], options, host);
  const outside = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  return [
    ...outside.map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n')),
    ...[...files].flatMap(([path, one]) => complaints(program, program.getSourceFile(path), one)),
  ];
}

function complaints(
  program: ts.Program,
  file: ts.SourceFile | undefined,
  shown: ShownProgram,
): string[] {
  if (file === undefined) return [`${shown.at} was not compiled`];
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  return found.map(({ start = 0, messageText, code }) => {
    const { line } = file.getLineAndCharacterOfPosition(start);
    const text = ts.flattenDiagnosticMessageText(messageText, '\n');
    return `${placeOf(shown, line)} TS${code} ${text}`;
  });
}

/** The libraries and the package's types are read once for both projects. */
const kept = new Map<string, ts.SourceFile>();

function sourceOf(
  path: string,
  version: ts.ScriptTarget | ts.CreateSourceFileOptions,
  shown: string | undefined,
  host: ts.CompilerHost,
): ts.SourceFile | undefined {
  const known = shown === undefined ? kept.get(path) : undefined;
  if (known !== undefined) return known;
  const text = shown ?? host.readFile(path);
  if (text === undefined) return undefined;
  const source = ts.createSourceFile(path, text, version);
  if (shown === undefined) kept.set(path, source);
  return source;
}
