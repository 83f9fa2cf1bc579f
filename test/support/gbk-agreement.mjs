/**
 * Every code of GB 18030, read by this host's decoder and by the table. Run under other versions of
 * Node by test/e2e/gbk-hosts.test.ts, which names the two built files. Prints how many codes are
 * text, and where the two differ.
 */
const [gbk = '', table = ''] = process.argv.slice(2);
/** @type {typeof import('../../src/gbk.js')} */
const { decodeGbk, gbkDecoderOf } = await import(gbk);
/** @type {typeof import('../../src/gbk-table.js')} */
const { decodeGbkByTable } = await import(table);

const counts = { oneAndTwo: 0, fourInBmp: 0, fourBeyond: 0 };
/** @type {string[]} */
const differing = [];

/** @param {keyof typeof counts} kind @param {Uint8Array} bytes */
function compare(kind, bytes) {
  const text = decodeGbk(bytes);
  if (text !== undefined) counts[kind] += 1;
  if (text === decodeGbkByTable(bytes)) return;
  if (differing.length < 20) differing.push(Buffer.from(bytes).toString('hex'));
}

for (let lead = 0; lead < 256; lead += 1) {
  compare('oneAndTwo', Uint8Array.of(lead));
  if (lead < 0x80) continue;
  for (let trail = 0; trail < 256; trail += 1) {
    const isLong = trail >= 0x30 && trail <= 0x39;
    if (!isLong) compare('oneAndTwo', Uint8Array.of(lead, trail));
  }
}
for (let count = 0; count < 126 * 10 * 126 * 10; count += 1) {
  /** @param {number} size @param {number} base */
  const digit = (size, base) => Math.floor(count / size) % base;
  const code = [
    0x81 + digit(12_600, 126),
    0x30 + digit(1260, 10),
    0x81 + digit(10, 126),
    0x30 + digit(1, 10),
  ];
  compare(count < 39_420 ? 'fourInBmp' : 'fourBeyond', Uint8Array.from(code));
}

/** @param {string} hex */
const read = (hex) => decodeGbk(Uint8Array.from(Buffer.from(hex, 'hex')));
console.log(
  JSON.stringify({
    node: process.versions.node.split('.')[0],
    decoder: gbkDecoderOf(globalThis) !== undefined,
    names: ['C1F5FE9F', '8230B731', '9933D435', 'A2E3'].map(read),
    ...counts,
    differing,
  }),
);
