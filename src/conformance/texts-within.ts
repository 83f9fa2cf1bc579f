/** Every text that can be read from a value: what a careless log line or a debugger shows. */
import { toHex } from '../bytes.js';

const MAX_DEPTH = 8;

/** Strings as they are, bytes as hex and as text; properties of every kind, and `toJSON`. */
export function textsWithin(value: unknown): readonly string[] {
  const texts: string[] = [];
  collect(value, texts, new Set(), MAX_DEPTH);
  return texts;
}

function collect(value: unknown, texts: string[], seen: Set<unknown>, depth: number): void {
  if (typeof value === 'string') texts.push(value);
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
  if (seen.has(value) || depth === 0) return;
  seen.add(value);
  if (value instanceof Uint8Array) {
    texts.push(toHex(value));
    return;
  }
  if (value instanceof Map || value instanceof Set) {
    for (const entry of value) collect(entry, texts, seen, depth - 1);
  }
  for (const name of Reflect.ownKeys(value)) {
    const own = Object.getOwnPropertyDescriptor(value, name);
    if (own !== undefined && 'value' in own) collect(own.value, texts, seen, depth - 1);
  }
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') collect(toJSON.call(value), texts, seen, depth - 1);
}
