/**
 * Finds what takes bytes among the exported names: functions with bytes among their arguments, and
 * objects with such methods, exported or given by an exported function (transports, cards, keys).
 */
import ts from 'typescript';
import { readPublicApi } from './public-names.js';

const { checker, namesOf } = readPublicApi();

/** The exported values of a subpath that take bytes in one way or the other. */
export function byteTakers(source: string): string[] {
  return [...namesOf(source)]
    .filter(({ symbol }) => (symbol.flags & ts.SymbolFlags.Value) !== 0)
    .filter(({ symbol, declaration }) => {
      const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
      return (
        hasTaker(type) ||
        type.getCallSignatures().some((signature) => givesTaker(signature.getReturnType()))
      );
    })
    .map(({ name }) => name);
}

/** It takes bytes when called, or one of its methods does. */
function hasTaker(type: ts.Type): boolean {
  if (takesBytes(type)) return true;
  return isOurs(type) && membersOf(type).some((member) => takesBytes(member));
}

/** What a call gives, now or later, has a method that takes bytes. */
function givesTaker(type: ts.Type): boolean {
  const given = checker.getAwaitedType(type) ?? type;
  return partsOf(given).some((part) => hasTaker(part));
}

function takesBytes(type: ts.Type): boolean {
  return partsOf(type).some((part) =>
    part
      .getCallSignatures()
      .some((signature) =>
        signature.getParameters().some((parameter) => holdsBytes(typeOf(parameter), new Set())),
      ),
  );
}

/** Bytes themselves, or an array or object with bytes in it; the arguments of callbacks are not. */
function holdsBytes(type: ts.Type, seen: Set<ts.Type>): boolean {
  if (seen.has(type)) return false;
  seen.add(type);
  return partsOf(type).some((part) => {
    if (part.getSymbol()?.name === 'Uint8Array') return true;
    if (part.isTypeParameter()) {
      const constraint = part.getConstraint();
      return constraint !== undefined && holdsBytes(constraint, seen);
    }
    if (checker.isArrayType(part) || checker.isTupleType(part)) {
      return checker.getTypeArguments(part).some((item) => holdsBytes(item, seen));
    }
    return isOurs(part) && !isService(part) && membersOf(part).some((one) => holdsBytes(one, seen));
  });
}

/** An object with methods is a service, a transport for one: what it holds is its own. */
function isService(type: ts.Type): boolean {
  return membersOf(type).some((member) => member.getCallSignatures().length > 0);
}

function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isUnionOrIntersection() ? type.types : [type];
}

function membersOf(type: ts.Type): readonly ts.Type[] {
  return type.getProperties().map(typeOf);
}

function typeOf(symbol: ts.Symbol): ts.Type {
  const [declaration] = symbol.declarations ?? [];
  return declaration === undefined
    ? checker.getTypeOfSymbol(symbol)
    : checker.getTypeOfSymbolAtLocation(symbol, declaration);
}

/** Declared in this package: the compiler's libraries and other packages are not looked into. */
function isOurs(type: ts.Type): boolean {
  const symbol = type.aliasSymbol ?? type.getSymbol();
  const files = symbol?.declarations?.map((one) => one.getSourceFile().fileName) ?? [];
  return files.some((file) => !file.includes('node_modules'));
}
