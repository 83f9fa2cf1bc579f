/**
 * Runs what the documentation shows, on the built package. A comment behind a statement that is a
 * value (`// 10000`, `// 'X'`, `// 12 34`, or anything after an arrow, `// → …`) is what the
 * statement must give; behind `console.log(…)` it is what must be printed.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ROOT } from '../../../build/entries.js';
import { type ShownProgram, parse, placeOf, textOf } from './program.js';

const STATED = pathToFileURL(join(ROOT, 'test/support/docs/stated.mjs')).href;
const TIME_LIMIT_MS = 60_000;
const TOGETHER = 'one of them';

/** What went wrong when each ran in a process of its own; none, where all is well. */
export async function run(programs: readonly ShownProgram[]): Promise<string[]> {
  return inFolder(programs, async (files) => {
    const problems: string[] = [];
    // Two at a time: the machine has other work.
    for (let at = 0; at < files.length; at += 2) {
      const pair = files.slice(at, at + 2).map(({ place, file }) => runFile(place, file));
      problems.push(...(await Promise.all(pair)).flat());
    }
    return problems;
  });
}

/** The same for many short ones, in one process: a process costs more than they do. */
export async function runTogether(programs: readonly ShownProgram[]): Promise<string[]> {
  return inFolder(programs, async (files) => {
    const all = join(files[0]?.file ?? '', '../all.mjs');
    const list = JSON.stringify(files);
    writeFileSync(
      all,
      `for (const { place, file } of ${list}) await import(file).catch((error) => {
        console.error(place + ' ' + error);
        process.exitCode = 1;
      });`,
    );
    return runFile(TOGETHER, all);
  });
}

type Written = readonly { readonly place: string; readonly file: string }[];

/** Inside the package, where its own name leads to what was built. */
async function inFolder(
  programs: readonly ShownProgram[],
  work: (files: Written) => Promise<string[]>,
): Promise<string[]> {
  mkdirSync(join(ROOT, '.bench'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.bench/docs-'));
  try {
    const files = programs.map((program, index) => {
      const file = join(folder, `${index}.mjs`);
      writeFileSync(file, runnable(program));
      return { place: program.at, file };
    });
    return await work(files);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runFile(place: string, file: string): Promise<string[]> {
  return new Promise((resolve) => {
    const options = { cwd: join(file, '..'), timeout: TIME_LIMIT_MS };
    execFile(process.execPath, [file], options, (error, _out, said) => {
      if (error === null) resolve([]);
      else if (error.killed === true) resolve([`${place} did not end in ${TIME_LIMIT_MS} ms`]);
      else if (error.code === 1 && place === TOGETHER) resolve(said.trim().split('\n'));
      else resolve([`${place} ${/^\w*Error\b.*$/m.exec(said)?.[0] ?? said}`]);
    });
  });
}

/** The program in JavaScript, with what it states made into checks. */
export function runnable(program: ShownProgram): string {
  const text = textOf(program);
  const source = parse(program, text);
  const changes: { at: number; end: number; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    const comment = commentBehind(text, node);
    if (comment !== undefined) changes.push(...check(program, node, comment));
    ts.forEachChild(node, visit);
  };
  visit(source);
  let marked = text;
  for (const one of changes.sort((a, b) => b.at - a.at)) {
    marked = marked.slice(0, one.at) + one.text + marked.slice(one.end);
  }
  const imports = `import { stated as __stated, said as __said } from '${STATED}';\n`;
  const { outputText } = ts.transpileModule(imports + marked, {
    fileName: 'shown.mts',
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  return outputText;
}

function commentBehind(text: string, node: ts.Node): string | undefined {
  if (!ts.isExpressionStatement(node) && !ts.isVariableStatement(node)) return undefined;
  const [range] = ts.getTrailingCommentRanges(text, node.end) ?? [];
  return range === undefined ? undefined : text.slice(range.pos + 2, range.end).trim();
}

function check(
  program: ShownProgram,
  statement: ts.Node,
  comment: string,
): { at: number; end: number; text: string }[] {
  const source = statement.getSourceFile();
  const line = source.getLineAndCharacterOfPosition(statement.end).line;
  const place = JSON.stringify(placeOf(program, line));
  const value = comment.replace(/^→\s*/, '');
  const quoted = JSON.stringify(value);
  if (ts.isExpressionStatement(statement)) {
    const { expression } = statement;
    if (ts.isCallExpression(expression) && expression.expression.getText() === 'console.log') {
      const at = expression.arguments.pos;
      const callee = { at: expression.getStart(), end: at, text: `__said(${quoted}, ${place}, ` };
      return [callee];
    }
    if (value === comment && !isValue(value)) return [];
    const [at, end] = [expression.getStart(), expression.end];
    return [
      { at, end: at, text: '__stated(' },
      { at: end, end, text: `, ${quoted}, ${place})` },
    ];
  }
  const [declared] = (statement as ts.VariableStatement).declarationList.declarations;
  if (declared === undefined || (value === comment && !isValue(value))) return [];
  const { end } = statement;
  return [{ at: end, end, text: `;__stated(${declared.name.getText()}, ${quoted}, ${place});` }];
}

/** Whether a comment is a value and not a remark. */
function isValue(comment: string): boolean {
  if (/^[0-9A-F]{2}( ?[0-9A-F]{2})+$/.test(comment)) return true;
  const source = ts.createSourceFile('value.ts', `(${comment})`, ts.ScriptTarget.ES2022, true);
  const [statement, ...more] = source.statements;
  const { parseDiagnostics } = source as unknown as { parseDiagnostics: readonly unknown[] };
  if (statement === undefined || more.length > 0 || parseDiagnostics.length > 0) return false;
  return ts.isExpressionStatement(statement) && isLiteral(statement.expression);
}

function isLiteral(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isPrefixUnaryExpression(node)) {
    const inner = ts.isParenthesizedExpression(node) ? node.expression : node.operand;
    return isLiteral(inner);
  }
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isLiteral);
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.every(
      (one) => ts.isPropertyAssignment(one) && isLiteral(one.initializer),
    );
  }
  const { kind } = node;
  return (
    ts.isLiteralExpression(node) ||
    kind === ts.SyntaxKind.TrueKeyword ||
    kind === ts.SyntaxKind.FalseKeyword ||
    kind === ts.SyntaxKind.NullKeyword ||
    (ts.isIdentifier(node) && node.text === 'undefined')
  );
}
