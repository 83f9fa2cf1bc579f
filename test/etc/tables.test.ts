import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/bytes.js';
import { CARD_TYPES, PASSAGE_STATUSES, USER_TYPES, VEHICLE_CLASSES } from '../../src/etc/codes.js';
import { cardTypeName, networkName, plateColourName } from '../../src/etc/index.js';
import { ISSUERS } from '../../src/etc/issuers.js';
import { NETWORKS } from '../../src/etc/networks.js';
import { decodeGbk } from '../../src/gbk.js';
import { PLATE_COLOURS } from '../../src/plate.js';

const TABLES = {
  CARD_TYPES,
  PLATE_COLOURS,
  USER_TYPES,
  VEHICLE_CLASSES,
  PASSAGE_STATUSES,
  NETWORKS,
  ISSUERS,
};

test.each(Object.entries(TABLES))('%s: each row has both names, none twice', (_name, table) => {
  const rows = Object.values(table as Record<string, { en: string; zh: string }>);
  for (const { en, zh } of rows) {
    expect(en).toMatch(/\S/);
    expect(zh).toMatch(/[\u4e00-\u9fa5]/);
  }
  expect(new Set(rows.map(({ en }) => en)).size).toBe(rows.length);
  expect(new Set(rows.map(({ zh }) => zh)).size).toBe(rows.length);
});

describe('issuers and networks', () => {
  test('there are 30 issuers, and each key is the GBK of its name', () => {
    expect(Object.keys(ISSUERS)).toHaveLength(30);
    for (const [hex, { zh }] of Object.entries(ISSUERS)) expect(decodeGbk(fromHex(hex))).toBe(zh);
  });

  test('every network is four digits; 05xx are military', () => {
    for (const network of Object.keys(NETWORKS)) expect(network).toMatch(/^\d{4}$/);
    expect(networkName('6201')?.zh).toBe('甘肃 陇通');
    expect(networkName('0501')?.zh).toBe('军车');
    expect(networkName('9901')).toBeUndefined();
  });
});

test('a code that no table knows has no name', () => {
  expect(cardTypeName(22)?.zh).toBe('储值卡');
  expect(cardTypeName(99)).toBeUndefined();
  expect(plateColourName(0x5011)).toBeUndefined();
});
