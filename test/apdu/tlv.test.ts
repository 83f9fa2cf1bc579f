import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildTlv, findTlv, parseTlv, type Tlv } from '../../src/apdu/tlv.js';
import { concat, fromHex, toHex } from '../../src/bytes.js';
import { codeOf } from '../support/error-codes.js';

type Plain = { tag: number; value: Uint8Array } | { tag: number; children: Plain[] };

/** Tags of one, two and three bytes; 00 and FF never begin one, being padding. */
function tagsOf(constructed: boolean): fc.Arbitrary<number> {
  const first = fc
    .tuple(fc.nat({ max: 3 }), fc.nat({ max: 0x1e }))
    .map(([kind, number]) => (kind << 6) | (constructed ? 0x20 : 0) | number)
    .filter((tag) => tag !== 0);
  const last = fc.nat({ max: 0x7f });
  const long = fc.constantFrom(...(constructed ? [0x3f, 0x7f, 0xbf] : [0x1f, 0x5f, 0x9f, 0xdf]));
  const two = fc.tuple(long, last).map(([high, low]) => high * 256 + low);
  const three = fc
    .tuple(long, fc.integer({ min: 0x80, max: 0xff }), last)
    .map(([high, middle, low]) => (high * 256 + middle) * 256 + low);
  return fc.oneof(first, two, three);
}

const primitives = fc.record({
  tag: tagsOf(false),
  value: fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 300 })),
});
const { objects } = fc.letrec<{ objects: Plain }>((tie) => ({
  objects: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    primitives,
    fc.record({ tag: tagsOf(true), children: fc.array(tie('objects'), { maxLength: 3 }) }),
  ),
}));

/** The object as parsed: a constructed one has both its value and its children. */
function whole(plain: Plain): Tlv {
  if ('value' in plain) return plain;
  const children = plain.children.map(whole);
  return { tag: plain.tag, value: concat(...children.map((child) => buildTlv(child))), children };
}

function nested(depth: number): Uint8Array {
  let bytes: Uint8Array = fromHex('840101');
  for (let level = 0; level < depth; level += 1) bytes = buildTlv({ tag: 0x6f, value: bytes });
  return bytes;
}

describe('laws', () => {
  test('parseTlv reads what buildTlv wrote, to the last child', () => {
    fc.assert(
      fc.property(fc.array(objects, { maxLength: 3 }), (plain) => {
        const expected = plain.map(whole);
        expect(parseTlv(concat(...expected.map((each) => buildTlv(each))))).toEqual(expected);
      }),
    );
  });

  test('padding of 00 and FF between objects changes nothing', () => {
    const padding = fc
      .array(fc.constantFrom(0x00, 0xff), { maxLength: 3 })
      .map((list) => Uint8Array.from(list));
    const padded = fc.array(fc.tuple(padding, primitives), { maxLength: 4 });
    fc.assert(
      fc.property(padded, padding, (pairs, end) => {
        const parts = pairs.flatMap(([before, object]) => [before, buildTlv(object)]);
        expect(parseTlv(concat(...parts, end))).toEqual(pairs.map(([, object]) => object));
      }),
    );
  });

  test('any bytes are objects or malformed, nothing else', () => {
    const likely = fc.array(fc.constantFrom(0x6f, 0xa5, 0x84, 0x9f, 0x0c, 0x81, 0x82, 0x80, 0, 2));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      likely.map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(bytes, (some) => {
        expect([undefined, 'TLV_MALFORMED']).toContain(codeOf(() => parseTlv(some)));
      }),
      { numRuns: 1000 },
    );
  });

  test('any tag is built so that it is read again, or is malformed', () => {
    const tags = fc.oneof(
      fc.nat({ max: 0xff }),
      fc.nat({ max: 0xffff }),
      fc.nat({ max: 0xffffff }),
    );
    fc.assert(
      fc.property(tags, (tag) => {
        const object = { tag, value: new Uint8Array(0) };
        const code = codeOf(() => buildTlv(object));
        if (code === undefined) expect(parseTlv(buildTlv(object))).toMatchObject([object]);
        else expect(code).toBe('TLV_MALFORMED');
      }),
      { numRuns: 2000, examples: [[0xff7f], [0xff8101], [0x1f], [0x9f8101]] },
    );
  });
});

describe('lengths', () => {
  test.each([
    [0, '8400'],
    [127, '847F'],
    [128, '848180'],
    [255, '8481FF'],
    [256, '84820100'],
    [65535, '8482FFFF'],
  ])('%d bytes', (size, head) => {
    const bytes = buildTlv({ tag: 0x84, value: new Uint8Array(size) });
    expect(toHex(bytes.slice(0, head.length / 2))).toBe(head);
    expect(parseTlv(bytes)[0]?.value).toHaveLength(size);
  });

  test('a longer form than needed is read', () => {
    expect(parseTlv(fromHex('8482000101'))).toEqual([{ tag: 0x84, value: fromHex('01') }]);
  });

  test('65,536 bytes are refused', () => {
    const value = new Uint8Array(0x10000);
    expect(codeOf(() => buildTlv({ tag: 0x84, value }))).toBe('TLV_MALFORMED');
  });
});

describe('malformed', () => {
  test.each([
    ['a tag without a length', '84'],
    ['a two-byte tag cut off', '9F'],
    ['a three-byte tag cut off', '9F81'],
    ['a tag of four bytes', '9F81810100'],
    ['the indefinite form', '6F800000'],
    ['a length of three bytes', '8483000001AA'],
    ['a length cut off', '848201'],
    ['a value cut off', '8402AA'],
    ['a child longer than its parent', '6F0384020A0B'],
  ])('%s: %s', (_, hex) => {
    expect(codeOf(() => parseTlv(fromHex(hex)))).toBe('TLV_MALFORMED');
  });

  test.each([0, -1, 1.5, Number.NaN, 0x1000000, 0x8400, 0x1f, 0x9f81, 0x9f0c01])(
    '%d is no tag',
    (tag) => {
      expect(codeOf(() => buildTlv({ tag, value: new Uint8Array(0) }))).toBe('TLV_MALFORMED');
    },
  );

  test('the depth is bounded, so that no input exhausts the stack', () => {
    expect(findTlv(parseTlv(nested(8)), 0x84)?.value).toEqual(fromHex('01'));
    expect(codeOf(() => parseTlv(nested(9)))).toBe('TLV_MALFORMED');
    expect(codeOf(() => parseTlv(nested(5000)))).toBe('TLV_MALFORMED');
  });
});

describe('findTlv', () => {
  const parsed = parseTlv(fromHex('6F0A8401AAA5058801018400'));

  test('finds at any depth the first in the order of the bytes', () => {
    expect(findTlv(parsed, 0x88)?.value).toEqual(fromHex('01'));
    expect(findTlv(parsed, 0x84)?.value).toEqual(fromHex('AA'));
    expect(findTlv(parsed, 0x9f0c)).toBeUndefined();
  });
});
