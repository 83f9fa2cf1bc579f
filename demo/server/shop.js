/**
 * What stands behind the page: SQLite and a journal in a folder, the software HSM with the test
 * keys of the simulated cards, and two payment providers on this machine. All of it is the
 * library's; a deployment has its own database, HSM and merchants here.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { envFrom } from 'quancun';
import {
  addPerson,
  createAuthority,
  createPayments,
  softHsm,
  startSweeps,
  startTicker,
} from 'quancun/server';
import { fileJournal, holdFile } from 'quancun/server/files';
import { createHttpHandler } from 'quancun/server/http';
import { alipay } from 'quancun/server/payment/alipay';
import { wechatPay } from 'quancun/server/payment/wechat';
import { sqliteStores } from 'quancun/server/sqlite';
import { TEST_KEY_SETS } from 'quancun/testing';
import { startAlipayServer, startWechatPayServer } from 'quancun/testing/providers';
import { PASSWORD, PEOPLE } from './devices.js';

/** Nobody but these cards' issuer loads them: the counter proves a credit as a TAC does. */
const POLICY = /** @type {const} */ ({ issuer: 'sole' });

/**
 * A clock that the seeded history turns back, and that is the machine's own ever after.
 */
export function makeClock() {
  const host = envFrom(globalThis);
  const clock = { offsetMs: 0 };
  return { clock, env: { ...host, now: () => host.now() + clock.offsetMs } };
}

/**
 * Opens the shop in a folder; one that was there goes on with its books.
 * @param {object} options
 * @param {string} options.folder
 * @param {number} options.port where providers send their notifications
 * @param {readonly import('quancun/server').Caller[]} options.callers
 * @param {import('quancun').Env} options.env
 */
export async function openShop({ folder, port, callers, env }) {
  mkdirSync(folder, { recursive: true });
  const file = await holdFile(join(folder, 'orders.db'));
  const { ledger, guard, persons, sessions } = await sqliteStores(new sqlite.Database(file.path), {
    file,
  });
  const journal = await fileJournal(join(folder, 'issues.journal'));
  const hsm = softHsm({ allowSoftwareKeys: 'test', keys: TEST_KEY_SETS });
  const parts = { ledger, hsm, journal, env, policy: POLICY };
  const authority = createAuthority(parts);
  await authority.open();
  const providers = await startProviders(port, env);
  const payments = providers.ports.map((one) => createPayments({ ...parts, authority, ...one }));
  const handler = createHttpHandler({
    ...{ authority, ledger, guard, persons, env, callers, payments },
  });
  await addPeople(persons, env);
  const ticker = startTicker(authority, { env, guard });
  const sweeps = startSweeps(payments, { env });
  return {
    ...{ handler, ledger, sessions, providers },
    close: async () => {
      await Promise.all([ticker.stop(), sweeps.stop()]);
      await authority.close();
      await journal.close();
      await ledger.close();
      await file.release();
      await providers.close();
    },
  };
}

/**
 * @param {import('quancun/server').PersonBook} persons
 * @param {import('quancun').Env} env
 */
async function addPeople(persons, env) {
  for (const person of PEOPLE) {
    if ((await persons.findPerson(person.personId)) !== undefined) continue;
    // Set at the server itself: they have a word where two are needed.
    await addPerson({ persons, env, by: 'demo', vouches: true }, { ...person, password: PASSWORD });
  }
}

/** Codes that nobody scans end soon, so that another way of paying does not wait long. */
const QR_LIFETIME_MS = 180_000;

/**
 * @param {number} port
 * @param {import('quancun').Env} env
 */
async function startProviders(port, { now }) {
  const wechat = await startWechatPayServer({ now });
  const ali = await startAlipayServer({ now });
  const callbacks = `http://127.0.0.1:${port}/callbacks`;
  const { merchant } = wechat;
  const ports = [
    {
      port: wechatPay({
        merchantId: merchant.mchid,
        appId: merchant.appid,
        certificateSerial: merchant.serialNumber,
        privateKey: merchant.privateKeyPem,
        apiV3Key: merchant.apiV3Key,
        publicKeys: { [merchant.publicKeyId]: merchant.publicKeyPem },
        platformCertificates: 'fetch',
        notifyUrl: `${callbacks}/wechat`,
        baseUrls: [wechat.url],
        now,
      }),
      qrLifetimeMs: QR_LIFETIME_MS,
    },
    {
      port: alipay({
        appId: ali.merchant.appId,
        sellerId: ali.merchant.sellerId,
        privateKey: ali.merchant.privateKeyPem,
        alipayPublicKey: ali.merchant.alipayPublicKeyPem,
        notifyUrl: `${callbacks}/alipay`,
        gatewayUrls: [ali.gatewayUrl],
        now,
      }),
      qrLifetimeMs: QR_LIFETIME_MS,
    },
  ];
  return {
    ports,
    /** The customer, with a phone in the hand. @param {string} orderId @param {string} provider */
    pay: (orderId, provider) => {
      const server = provider === 'wechat' ? wechat : ali;
      // The second code of an order is `_2`, the third `_3` …
      const numbers = [orderId, ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${orderId}_${n}`)];
      const open = numbers.filter((number) => server.canPay(number)).at(-1);
      if (open === undefined) return false;
      server.pay(open);
      return true;
    },
    books: () => ({ wechat: wechat.books(), alipay: ali.books() }),
    close: async () => {
      await Promise.all([wechat.close(), ali.close()]);
    },
  };
}
