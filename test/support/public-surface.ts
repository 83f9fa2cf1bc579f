/**
 * The public surface as the compiler sees it: every name of every subpath, what its signature
 * mentions, and who uses it besides the room it stands in.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { CLI, CLI_TOKEN, ENTRIES, ROOT } from '../../build/entries.js';

const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) =>
  ts.sys.readFile(file),
) as {
  config: unknown;
};
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
// A program of its own: the order in which a checker meets types shows in the text of the report.
const program = ts.createProgram(
  [...ENTRIES, CLI, CLI_TOKEN].map(({ source }) => join(ROOT, source)),
  options,
);
const checker = program.getTypeChecker();

function exportsOfSource(source: string): readonly ts.Symbol[] {
  const file = program.getSourceFile(join(ROOT, source));
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${source} exports nothing`);
  return checker.getExportsOfModule(module);
}

/** What a name stands for in the end, whatever it was handed on by. */
function resolved(symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

/** A name of a subpath; a namespace, such as `select`, is one name. */
export interface PublicName {
  readonly subpath: string;
  readonly name: string;
  readonly symbol: ts.Symbol;
}

/** Every name of every subpath. */
export function publicNames(): readonly PublicName[] {
  return ENTRIES.flatMap(({ subpath, source }) =>
    exportsOfSource(source).map((symbol) => ({
      subpath,
      name: symbol.name,
      symbol: resolved(symbol),
    })),
  );
}

/** The names that nobody needs: no other room, no text or program of a user, no signature. */
export function unusedNames(names: readonly PublicName[]): readonly PublicName[] {
  const byUsers = namesOfUsers();
  const needed = new Set<ts.Symbol>([...symbolsOfOtherRooms()]);
  for (const { name, symbol } of names) if (byUsers.has(name)) needed.add(symbol);
  for (const symbol of needed) for (const type of mentionedBy(symbol)) needed.add(type);
  return names.filter(({ symbol }) => !needed.has(symbol));
}

/** What a room imports from another. Handing a name on is no use of it. */
function symbolsOfOtherRooms(): Set<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  for (const file of program.getSourceFiles()) {
    const room = roomOf(file.fileName);
    if (room === undefined) continue;
    for (const target of importedBy(file)) {
      const [declaration] = target.declarations ?? [];
      if (declaration === undefined) continue;
      if (roomOf(declaration.getSourceFile().fileName) !== room) found.add(target);
    }
  }
  return found;
}

/** Names imported at the top, and `const { name } = await import(…)` further down. */
function importedBy(file: ts.SourceFile): readonly ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportSpecifier(node)) {
      const symbol = checker.getSymbolAtLocation(node.name);
      if (symbol !== undefined) found.push(resolved(symbol));
    }
    if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name)) {
      const { name, initializer } = node;
      const isLazy = initializer !== undefined && ts.isAwaitExpression(initializer);
      const module = isLazy ? checker.getTypeAtLocation(initializer) : undefined;
      for (const { propertyName, name: local } of module === undefined ? [] : name.elements) {
        const symbol = module?.getProperty((propertyName ?? local).getText());
        if (symbol !== undefined) found.push(resolved(symbol));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function roomOf(fileName: string): string | undefined {
  const path = relative(join(ROOT, 'src'), fileName);
  return path.startsWith('..') || path.includes('node_modules') ? undefined : path.split('/')[0];
}

/** Types that the signature of a name mentions; a namespace mentions those of all that is in it. */
function mentionedBy(symbol: ts.Symbol): Set<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || ts.isJSDoc(node)) return;
    if (ts.isIdentifier(node)) {
      const named = checker.getSymbolAtLocation(node);
      if (named !== undefined && !found.has(resolved(named))) {
        found.add(resolved(named));
        if (isOurs(resolved(named))) resolved(named).declarations?.forEach(visitSignature);
      }
    }
    ts.forEachChild(node, visit);
  };
  const visitSignature = (declaration: ts.Declaration): void => {
    if (ts.isSourceFile(declaration)) {
      const module = checker.getSymbolAtLocation(declaration);
      const members = module === undefined ? [] : checker.getExportsOfModule(module);
      for (const member of members) resolved(member).declarations?.forEach(visitSignature);
      return;
    }
    const inferred = ts.isVariableDeclaration(declaration) && declaration.type === undefined;
    if (inferred) visitType(checker.getTypeAtLocation(declaration));
    else ts.forEachChild(declaration, visit);
  };
  const visitType = (type: ts.Type): void => {
    for (const named of [type.aliasSymbol, type.symbol as ts.Symbol | undefined]) {
      if (named !== undefined && isOurs(named)) found.add(named);
    }
  };
  symbol.declarations?.forEach(visitSignature);
  return found;
}

function isOurs(symbol: ts.Symbol): boolean {
  const [declaration] = symbol.declarations ?? [];
  if (declaration === undefined || ts.isParameter(declaration)) return false;
  return roomOf(declaration.getSourceFile().fileName) !== undefined;
}

/** Names in what users read and run: README, guides, benches, tests of the built package. */
function namesOfUsers(): Set<string> {
  const texts = ['README.md', 'README.zh-CN.md', 'SECURITY.md', ...filesUnder('docs', '.md')].map(
    (path) => codeOf(readFileSync(join(ROOT, path), 'utf8')),
  );
  const programs = [...filesUnder('bench', '.ts'), ...filesUnder('test/e2e', '.ts')].map((path) =>
    readFileSync(join(ROOT, path), 'utf8'),
  );
  const words = [...texts, ...programs].flatMap((text) => [...text.matchAll(/(?<![.\w'-])\w+/g)]);
  return new Set(words.map(([word]) => word));
}

/** Blocks and inline code of a page: prose may use any word. */
function codeOf(page: string): string {
  return [...page.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([code]) => code).join('\n');
}

function filesUnder(folder: string, ending: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !path.startsWith('reference/'))
    .map((path) => join(folder, path));
}
