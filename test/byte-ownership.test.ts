/**
 * Bytes belong to the caller, in every exported function that takes some: see byte-law.ts. What
 * takes bytes is found by the compiler, so that a new function without a row here is a failure.
 */
import { describe, expect, test } from 'vitest';
import { ENTRIES } from '../build/entries.js';
import { BYTE_FORMS, type ByteRows, expectLaw } from './support/byte-law.js';
import { APDU_ROWS, ETC_ROWS } from './support/byte-rows/apdu.js';
import {
  BYTES_ROWS,
  CRYPTO_JS_ROWS,
  CRYPTO_ROWS,
  GBK_ROWS,
  GBK_TABLE_ROWS,
  RECORD_ROWS,
} from './support/byte-rows/crypto.js';
import {
  BLE_BOX_ROWS,
  DRIVER_ROWS,
  SIMULATOR_ROWS,
  TERMINAL_ROWS,
  TRANSPORT_ROWS,
} from './support/byte-rows/drivers.js';
import { EXPLAIN_ROWS } from './support/byte-rows/explain.js';
import { PAYMENT_ROWS } from './support/byte-rows/payments.js';
import { PURSE_ROWS } from './support/byte-rows/purse.js';
import { TOKEN_ROWS } from './support/byte-rows/token.js';
import { byteTakers } from './support/byte-takers.js';

const ROWS: Readonly<Record<string, ByteRows>> = {
  '.': { toHex: BYTES_ROWS.toHex ?? [] },
  './bytes': BYTES_ROWS,
  './gbk': GBK_ROWS,
  './gbk-table': GBK_TABLE_ROWS,
  './record': RECORD_ROWS,
  './apdu': APDU_ROWS,
  './crypto': CRYPTO_ROWS,
  './crypto/crypto-js': CRYPTO_JS_ROWS,
  './explain': EXPLAIN_ROWS,
  './purse': PURSE_ROWS,
  './etc': ETC_ROWS,
  './transport': TRANSPORT_ROWS,
  './transport/simulator': DRIVER_ROWS.simulator,
  './transport/ble-box': BLE_BOX_ROWS,
  './transport/remote': DRIVER_ROWS.remote,
  './transport/tcp': DRIVER_ROWS.tcp,
  './transport/nfc': DRIVER_ROWS.nfc,
  './transport/wechat': DRIVER_ROWS.wechat,
  './transport/harmony': DRIVER_ROWS.harmony,
  './transport/web-smart-card': DRIVER_ROWS.webSmartCard,
  './transport/pcsc': DRIVER_ROWS.pcsc,
  './simulator': SIMULATOR_ROWS,
  './terminal': TERMINAL_ROWS,
  './testing': { withFaults: TRANSPORT_ROWS.withFaults ?? [], ...PAYMENT_ROWS.testing },
  './server': PAYMENT_ROWS.server,
  './server/hsm/pkcs11': TOKEN_ROWS,
  './server/payment/wechat': PAYMENT_ROWS.wechat,
  './server/payment/alipay': PAYMENT_ROWS.alipay,
};

test.each(ENTRIES)('every name of $subpath that takes bytes has a row', ({ subpath, source }) => {
  const rows = ROWS[subpath] ?? {};
  expect(Object.keys(rows).sort()).toEqual(byteTakers(source).sort());
});

describe.each(Object.entries(ROWS))('%s leaves bytes to the caller', (_subpath, rows) => {
  test.each(Object.entries(rows))('%s', async (_name, calls) => {
    for (const form of Object.values(BYTE_FORMS)) {
      for (const call of calls) await expectLaw(call, form);
    }
  });
});
