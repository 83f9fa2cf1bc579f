/**
 * The `@example`s of what the package exports. An example may leave out the import of the subpath
 * that its function is exported by, and nothing else: what it names besides it imports or declares.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ENTRIES, ROOT } from '../../../build/entries.js';
import { type ShownProgram, linesOf, parse, textOf } from './program.js';

/** A top-level statement of a source, under the name that a subpath gives it. */
interface Exported {
  readonly name: string;
  readonly source: ts.SourceFile;
  readonly statement: ts.Statement;
}

const sources = new Map<string, ts.SourceFile>();

function sourceOf(path: string): ts.SourceFile {
  const known = sources.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(join(ROOT, path), 'utf8');
  const made = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  sources.set(path, made);
  return made;
}

/** `./x.js` beside `src/room/index.ts` is `src/room/x.ts`. */
function pathOf(from: ts.SourceFile, specifier: ts.Expression | undefined): string | undefined {
  if (specifier === undefined || !ts.isStringLiteral(specifier)) return undefined;
  const path = join(dirname(from.fileName), specifier.text).replace(/\.js$/, '.ts');
  return specifier.text.startsWith('.') && existsSync(join(ROOT, path)) ? path : undefined;
}

/** What a module exports. Names alone are followed: no types, so it takes no time. */
function exportsOf(path: string): Exported[] {
  const source = sourceOf(path);
  return source.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) {
      return isExported(statement)
        ? namesOf(statement).map((name) => ({ name, source, statement }))
        : [];
    }
    const { exportClause } = statement;
    const target = pathOf(source, statement.moduleSpecifier);
    if (exportClause === undefined) return target === undefined ? [] : exportsOf(target);
    if (ts.isNamespaceExport(exportClause)) {
      const name = exportClause.name.text;
      return target === undefined ? [] : exportsOf(target).map((one) => ({ ...one, name }));
    }
    return exportClause.elements.flatMap(({ name, propertyName }) => {
      const local = (propertyName ?? name).text;
      const found = target === undefined ? localOf(source, local) : named(target, local);
      return found.map((one) => ({ ...one, name: name.text }));
    });
  });
}

function named(path: string, name: string): Exported[] {
  return exportsOf(path).filter((one) => one.name === name);
}

/** What `export { x }` names: declared here, or imported. */
function localOf(source: ts.SourceFile, name: string): Exported[] {
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement)) {
      return namesOf(statement).includes(name) ? [{ name, source, statement }] : [];
    }
    const bindings = statement.importClause?.namedBindings;
    const target = pathOf(source, statement.moduleSpecifier);
    if (bindings === undefined || target === undefined) return [];
    if (ts.isNamespaceImport(bindings)) return bindings.name.text === name ? exportsOf(target) : [];
    const element = bindings.elements.find((one) => one.name.text === name);
    return element === undefined ? [] : named(target, (element.propertyName ?? element.name).text);
  });
}

function isExported(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const { name } = statement as { name?: ts.Node };
  return name === undefined ? [] : [name.getText()];
}

/** Every example of the package, as a program. */
export function examplePrograms(): ShownProgram[] {
  const subpathsOf = new Map<ts.Statement, Map<string, string>>();
  for (const { subpath, source } of ENTRIES) {
    const specifier = subpath.replace(/^\./, 'quancun');
    const all = exportsOf(source);
    for (const { statement } of all) {
      const importable = subpathsOf.get(statement) ?? new Map<string, string>();
      for (const { name } of all) importable.set(name, specifier);
      subpathsOf.set(statement, importable);
    }
  }
  return [...subpathsOf].flatMap(([statement, importable]) =>
    examplesIn(statement).map((program) => withImports(program, importable)),
  );
}

/** Those of a statement, and of its members. */
function examplesIn(statement: ts.Statement): ShownProgram[] {
  const source = statement.getSourceFile();
  const start = statement.getFullStart();
  const text = source.text.slice(start, statement.end);
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) =>
    [...comment[0].matchAll(/@example\s?([\s\S]*?)(?=\n\s*\* @|\n?\s*\*\/)/g)].map((tag) => {
      const at = start + comment.index + tag.index + tag[0].length - (tag[1] ?? '').length;
      const line = source.getLineAndCharacterOfPosition(at).line + 1;
      const code = (tag[1] ?? '').replace(/^[ \t]*\*( |$)/gm, '').replace(/^```\w*$/gm, '');
      const lines = linesOf(source.fileName, code, line);
      return { at: `${source.fileName}:${line}`, lines };
    }),
  );
}

/** In front of an example: the names of its own subpath that it uses and does not make itself. */
function withImports(program: ShownProgram, importable: ReadonlyMap<string, string>): ShownProgram {
  const used = new Set<string>();
  const made = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) (isMadeHere(node) ? made : used).add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(program, textOf(program)));
  const imports = [...used]
    .filter((name) => importable.has(name) && !made.has(name))
    .map((name) => `import { ${name} } from '${importable.get(name) ?? ''}';`);
  const [first] = program.lines;
  if (first === undefined) return program;
  return { ...program, lines: [{ ...first, text: imports.join(' ') }, ...program.lines] };
}

/** Whether a name stands where it is made: imported, declared, or taken out of an object. */
function isMadeHere(node: ts.Identifier): boolean {
  const { parent } = node;
  const makes =
    ts.isVariableDeclaration(parent) ||
    ts.isBindingElement(parent) ||
    ts.isParameter(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isInterfaceDeclaration(parent) ||
    ts.isTypeAliasDeclaration(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isNamespaceImport(parent) ||
    ts.isImportClause(parent);
  return makes && parent.name === node;
}
