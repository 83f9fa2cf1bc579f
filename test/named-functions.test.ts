/** One word, one promise: `check…` answers what it found, `expect…` throws where it is not so. */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';

const SRC = new URL('../src/', import.meta.url);

interface Named {
  readonly name: string;
  readonly place: string;
  readonly throws: boolean;
  readonly calls: readonly string[];
}

const functions: readonly Named[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .flatMap((path) => {
    const text = readFileSync(new URL(path, SRC), 'utf8');
    const found: Named[] = [];
    const visit = (node: ts.Node): void => {
      const named = nameOf(node);
      if (named !== undefined) found.push({ ...named, place: `${path}: ${named.name}` });
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
    return found;
  });

/** A declared function, or a constant that holds one. */
function nameOf(node: ts.Node): Omit<Named, 'place'> | undefined {
  if (ts.isFunctionDeclaration(node) && node.name !== undefined && node.body !== undefined) {
    return { name: node.name.text, ...doneIn(node.body) };
  }
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return undefined;
  const { initializer } = node;
  if (initializer === undefined || !ts.isArrowFunction(initializer)) return undefined;
  return { name: node.name.text, ...doneIn(initializer.body) };
}

function doneIn(body: ts.Node): { throws: boolean; calls: string[] } {
  let throws = false;
  const calls: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isThrowStatement(node)) throws = true;
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      calls.push(node.expression.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return { throws, calls };
}

const isExpecting = (name: string): boolean => /^(expect|assert)([A-Z]|$)/.test(name);

test('what is named check answers', () => {
  const checks = functions.filter(({ name }) => /^check([A-Z]|$)/.test(name));
  expect(checks.length).toBeGreaterThan(5);
  const throwing = checks.filter(({ throws, calls }) => throws || calls.some(isExpecting));
  expect(throwing.map(({ place }) => place)).toEqual([]);
});

test('what is named expect throws, or asks one that does', () => {
  const expecting = functions.filter(({ name }) => isExpecting(name));
  expect(expecting.length).toBeGreaterThan(15);
  const silent = expecting.filter(({ throws, calls }) => !throws && !calls.some(isExpecting));
  expect(silent.map(({ place }) => place)).toEqual([]);
});
