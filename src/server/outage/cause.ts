/**
 * What an operator reads of a cause in the log: of each error in the chain its class and its code.
 * Never its message: those of drivers and adapters quote what they were given.
 */

/** Errors of one chain, at most. */
const MAX_DEPTH = 4;
const CLASS_FORM = /^[A-Za-z_$][\w$]{0,63}$/;
const CODE_FORM = /^[A-Za-z][A-Za-z0-9_.-]{0,39}$|^[0-9A-Z]{5}$/;

/**
 * The causes of an error, outermost first: `DatabaseError 57P01`, `Error ECONNREFUSED`. Of an error
 * without a cause nothing.
 */
export function causesOf(thrown: unknown): string | undefined {
  const said: string[] = [];
  let at = fieldOf(thrown, 'cause');
  while (at !== undefined && at !== null && said.length < MAX_DEPTH) {
    said.push(nameOf(at));
    at = fieldOf(at, 'cause') ?? firstOf(at);
  }
  return said.length === 0 ? undefined : said.join(' < ');
}

/** Class and code of what was thrown. */
export function nameOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown;
  const maker: unknown = thrown.constructor;
  const name = typeof maker === 'function' ? maker.name : '';
  const shown = CLASS_FORM.test(name) ? name : 'Error';
  const code = codeOf(thrown);
  return code === undefined ? shown : `${shown} ${code}`;
}

/** The code that an error of a driver or of the host carries, where it looks like one. */
export function codeOf(thrown: unknown): string | undefined {
  const code = fieldOf(thrown, 'code');
  return typeof code === 'string' && CODE_FORM.test(code) ? code : undefined;
}

/** Of several attempts at once (two addresses of a host) the first tells enough. */
function firstOf(thrown: unknown): unknown {
  const errors = fieldOf(thrown, 'errors');
  return Array.isArray(errors) ? (errors as unknown[])[0] : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
