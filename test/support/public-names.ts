/** The names that each subpath exports, with their types, as the compiler sees them. */
import { join } from 'node:path';
import ts from 'typescript';
import { ENTRIES, ROOT } from '../../build/entries.js';

/** One exported name; of a namespace, one for each name in it (`creditForLoad.build`). */
export interface PublicName {
  readonly name: string;
  readonly symbol: ts.Symbol;
  readonly declaration: ts.Declaration;
}

/** All subpaths as one program. */
export interface PublicApi {
  readonly checker: ts.TypeChecker;
  /** What the source file of a subpath exports. */
  namesOf(source: string): Iterable<PublicName>;
}

/**
 * Reads all subpaths anew. The compiler words a union in the order in which it met its parts: who
 * prints types needs a program that nobody else has asked.
 */
export function readPublicApi(): PublicApi {
  const read = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, ROOT);
  const sources = ENTRIES.map(({ source }) => join(ROOT, source));
  const program = ts.createProgram(sources, options);
  const checker = program.getTypeChecker();
  return {
    checker,
    namesOf: (source) => {
      const file = program.getSourceFile(join(ROOT, source));
      const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
      if (module === undefined) throw new Error(`${source} exports nothing`);
      return walk(checker, module, '');
    },
  };
}

function* walk(checker: ts.TypeChecker, module: ts.Symbol, prefix: string): Generator<PublicName> {
  for (const exported of checker.getExportsOfModule(module)) {
    const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
    const name = `${prefix}${exported.name}`;
    const [declaration] = symbol.declarations ?? [];
    if (declaration === undefined) throw new Error(`${name} has no declaration`);
    const isNamespace = (symbol.flags & ts.SymbolFlags.ValueModule) !== 0;
    if (isNamespace) yield* walk(checker, symbol, `${name}.`);
    else yield { name, symbol, declaration };
  }
}
