/**
 * Alipay signs the text of one member of its reply, as it stands between the braces of the whole:
 * every blank and every escape counts, so that text is cut out before anybody parses it. The
 * reader follows strings and brackets; what else JSON asks for is asked by `JSON.parse`.
 */

/** The members of an object, each as the text that it is; nothing where the text is no object. */
export function membersOf(text: string): ReadonlyMap<string, string> | undefined {
  const members = new Map<string, string>();
  let at = skipBlanks(text, 0);
  if (text[at] !== '{') return undefined;
  at = skipBlanks(text, at + 1);
  while (text[at] === '"') {
    const nameEnd = endOfValue(text, at);
    const name = jsonString(text.slice(at, nameEnd));
    const colon = skipBlanks(text, nameEnd);
    if (name === undefined || text[colon] !== ':') return undefined;
    const start = skipBlanks(text, colon + 1);
    const end = endOfValue(text, start);
    // Of two of a name nobody could say which one was signed.
    if (end === start || members.has(name)) return undefined;
    members.set(name, text.slice(start, end));
    at = skipBlanks(text, end);
    if (text[at] === '}') return skipBlanks(text, at + 1) === text.length ? members : undefined;
    if (text[at] !== ',') return undefined;
    at = skipBlanks(text, at + 1);
  }
  return undefined;
}

/** The text of a JSON string, or nothing where it is none. */
export function jsonString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (/[ \t\r\n]/.test(text[at] ?? '')) at += 1;
  return at;
}

/** Behind a value: a string, something in brackets, or anything up to a comma or a bracket. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') {
      at = endOfString(text, at) - 1;
      if (depth === 0) return at + 1;
    } else if (character === '{' || character === '[') {
      depth += 1;
    } else if (character === '}' || character === ']') {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && /[,\s]/.test(character)) {
      return at;
    }
  }
  return text.length;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}
