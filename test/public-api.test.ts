/**
 * What each subpath promises, as text: every exported name with its signature. A change shows up
 * here before it shows up at a user's; `npm run api:update` accepts it.
 */
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ENTRIES, ROOT } from '../build/entries.js';

const FORMAT: ts.TypeFormatFlags =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
  ts.TypeFormatFlags.WriteArrowStyleSignature;

const IN_ALIAS: ts.TypeFormatFlags = FORMAT | ts.TypeFormatFlags.InTypeAlias;

const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) =>
  ts.sys.readFile(file),
) as {
  config: unknown;
};
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
const program = ts.createProgram(
  ENTRIES.map(({ source }) => join(ROOT, source)),
  options,
);
const checker = program.getTypeChecker();

describe('the public API of', () => {
  test.each(ENTRIES)('$subpath', async ({ source, name }) => {
    const file = program.getSourceFile(join(ROOT, source));
    const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${source} exports nothing`);
    const lines = checker.getExportsOfModule(module).flatMap((symbol) => describeSymbol(symbol));
    expect(lines.length).toBeGreaterThan(0);
    const text = `${lines.sort().map(withoutCodes).join('\n')}\n`;
    await expect(text).toMatchFileSnapshot(`public-api/${name.replace(/\//g, '-')}.txt`);
  });
});

/** A hundred codes in a row hide what changed: the list itself is one code a line. */
function withoutCodes(line: string): string {
  const codes = /"[A-Z0-9_]+"(?: \| "[A-Z0-9_]+"){20,}/g;
  return line.startsWith('ErrorCode:')
    ? line.replace(/ \| /g, '\n  | ')
    : line.replace(codes, 'ErrorCode');
}

/** One line for each name; a namespace is one line for each name in it. */
function describeSymbol(symbol: ts.Symbol, prefix = ''): string[] {
  const target =
    (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
  const name = `${prefix}${symbol.name}`;
  const [declaration] = target.declarations ?? [];
  if (declaration === undefined) throw new Error(`${name} has no declaration`);
  if ((target.flags & ts.SymbolFlags.ValueModule) !== 0) {
    return checker.getExportsOfModule(target).flatMap((one) => describeSymbol(one, `${name}.`));
  }
  if ((target.flags & ts.SymbolFlags.Value) === 0) return [`${name}: ${typeText(target)}`];
  const type = checker.getTypeOfSymbolAtLocation(target, declaration);
  return [`${name}: ${checker.typeToString(type, undefined, FORMAT)}`];
}

/** An interface shows its members, so that a field that changes is a change. */
function typeText(symbol: ts.Symbol): string {
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  if (!type.isClassOrInterface()) {
    return checker.typeToString(type, undefined, IN_ALIAS);
  }
  const members = type.getProperties().map((member) => {
    const optional = (member.flags & ts.SymbolFlags.Optional) === 0 ? '' : '?';
    const memberType = checker.typeToString(checker.getTypeOfSymbol(member), undefined, FORMAT);
    return `${member.name}${optional}: ${memberType}`;
  });
  return `interface { ${members.sort().join('; ')} }`;
}
