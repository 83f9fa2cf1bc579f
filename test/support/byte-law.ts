/**
 * The law of bytes: they belong to the caller. What a function is given stays as it is, is not kept
 * and does not come back; what it gives is a plain Uint8Array with memory of its own, and another
 * one at each call. For arrays, Buffers, views of larger memory and classes whose slice is a view.
 */
import { expect } from 'vitest';

/** Makes an argument from hex, in the form under test. */
export type Give = (hex: string) => Uint8Array;

/**
 * How one exported name is called. Bytes in what comes back may lie deep; a function in it is
 * something that keeps: it is asked again when the arguments have been wiped.
 */
export type ByteCall = (give: Give) => unknown;

/** A call on something that must be opened first; it may answer later. */
export interface OpenedCall<T> {
  /** Closed after the call, where it can be. */
  readonly open: () => T | Promise<T>;
  readonly call: (opened: T, give: Give) => Promise<unknown>;
}

/** The calls of the byte-taking names of one subpath. */
export type ByteRows = Readonly<Record<string, readonly (ByteCall | OpenedCall<unknown>)[]>>;

/** Ties what is opened to the call that takes it. */
export function opened<T>(row: OpenedCall<T>): OpenedCall<unknown> {
  return row as OpenedCall<unknown>;
}

/** A subclass of ours whose `slice` shares memory, as Buffer's does. */
class SharingBytes extends Uint8Array {
  override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    return this.subarray(start, end);
  }
}

/** Every form that bytes come in. */
export const BYTE_FORMS: Readonly<Record<string, (size: number) => Uint8Array>> = {
  'a Uint8Array': (size) => new Uint8Array(size),
  'a Buffer': (size) => Buffer.from(new ArrayBuffer(size)),
  'a part of a larger Uint8Array': (size) => new Uint8Array(size + 7).subarray(3, 3 + size),
  'a part of a larger Buffer': (size) => Buffer.alloc(size + 7, 0xee).subarray(3, 3 + size),
  'a class whose slice is a view': (size) => new SharingBytes(size),
};

/** Arguments that remember what they were. */
function createGiver(form: (size: number) => Uint8Array) {
  const given: { readonly bytes: Uint8Array; readonly memory: string }[] = [];
  const memoryOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer).toString('hex');
  const give: Give = (hex) => {
    const bytes = form(hex.length / 2);
    bytes.set(Buffer.from(hex, 'hex'));
    given.push({ bytes, memory: memoryOf(bytes) });
    return bytes;
  };
  return {
    give,
    expectUnchanged: () => {
      for (const { bytes, memory } of given) expect(memoryOf(bytes)).toBe(memory);
    },
    wipe: () => {
      for (const { bytes } of given) new Uint8Array(bytes.buffer).fill(0xa5);
    },
    memories: () => given.map(({ bytes }) => bytes.buffer),
  };
}

/** Holds one call against the law. */
export async function expectLaw(
  row: ByteCall | OpenedCall<unknown>,
  form: (size: number) => Uint8Array,
): Promise<void> {
  const [one, other] = [createGiver(form), createGiver(form)];
  const { first, second, early } = await callThrice(row, one, other, form);
  one.expectUnchanged();
  other.expectUnchanged();
  const [told, toldAgain] = [tell(first), tell(second)];
  expect(toldAgain).toBe(told);
  expect(tell(early)).toBe(told);
  const inside = [bytesIn(first), bytesIn(second)] as const;
  for (const bytes of inside.flat())
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
  const memories = [one.memories(), other.memories(), ...inside.map(memoriesOf)];
  const shared = memories.flatMap((list, at) =>
    list.filter((memory) => memories.some((more, index) => index > at && more.includes(memory))),
  );
  expect(shared).toEqual([]);
  one.wipe();
  other.wipe();
  expect(tell(first)).toBe(told);
  for (const bytes of inside[0]) bytes.fill(0x5a);
  expect(tell(second)).toBe(told);
}

type Giver = ReturnType<typeof createGiver>;

/** Twice as it is, and once with the arguments wiped while the answer is still to come. */
async function callThrice(
  row: ByteCall | OpenedCall<unknown>,
  one: Giver,
  other: Giver,
  form: (size: number) => Uint8Array,
) {
  if (typeof row === 'function') {
    const [first, second] = [row(one.give), row(other.give)];
    return { first, second, early: second };
  }
  const hasty = createGiver(form);
  const first = await runOpened(row, one);
  const second = await runOpened(row, other);
  const early = await runOpened(row, hasty, hasty.wipe);
  return { first, second, early };
}

async function runOpened(
  row: OpenedCall<unknown>,
  { give }: Giver,
  meanwhile: () => void = () => undefined,
): Promise<unknown> {
  const thing = await row.open();
  const answer = row.call(thing, give);
  meanwhile();
  try {
    return await answer;
  } finally {
    const { close } = thing as { close?: () => unknown };
    await close?.call(thing);
  }
}

/** All of a result as text. */
function tell(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value === 'function') return `() => ${tell((value as () => unknown)())}`;
  if (Array.isArray(value)) return `[${value.map(tell).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([name, item]) => `${name}: ${tell(item)}`)
    .join(', ')}}`;
}

function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(bytesIn);
}

/** Where nothing lies, nothing is shared. */
function memoriesOf(list: readonly Uint8Array[]): ArrayBufferLike[] {
  const filled = list.filter(({ length }) => length > 0).map(({ buffer }) => buffer);
  // Two pieces of one result must not share either: who wipes one wipes both.
  expect(new Set(filled).size).toBe(filled.length);
  return filled;
}
