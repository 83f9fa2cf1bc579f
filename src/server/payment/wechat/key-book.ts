/**
 * The keys that WeChat Pay signs with, by the serial that it names: its public keys, which have no
 * end, and platform certificates, which are renewed. The new one appears a day before the old one
 * ends, and is fetched in time: a list is never older than eleven hours.
 * Documents: 微信支付 APIv3, 获取平台证书列表, 平台证书更新.
 */
import { type KeyObject, X509Certificate } from 'node:crypto';
import * as v from 'valibot';
import { checkJson, looseOf } from '../../../json/index.js';
import type { PortCall } from '../port.js';
import { type Incoming, jsonOf } from '../adapter/exchange.js';
import { failed } from '../adapter/failed.js';
import { isSignedBy, readCertificate, readPublicKey } from '../adapter/keys.js';
import type { WholeOptions } from './options.js';
import { openSealed, SEALED } from './seal.js';
import { MAX_SKEW_SECONDS, signedBytes } from './signed-bytes.js';

/** Finds keys. */
export interface KeyBook {
  /** The key of a serial, where it is one of WeChat Pay's now. */
  find(serial: string, call: PortCall): Promise<KeyObject | undefined>;
}

/** Sends a signed request for the list; its reply is verified here, by what is in it. */
export type FetchCertificates = (call: PortCall) => Promise<Incoming>;

/** WeChat Pay asks for less than twelve hours. */
const MAX_AGE_MS = 11 * 3_600_000;
/** Whoever sends serials that nobody knows makes us ask no more often than this. */
const MIN_PAUSE_MS = 60_000;

const LIST = looseOf({
  data: v.array(looseOf({ serial_no: v.string(), encrypt_certificate: SEALED })),
});

/** Keeps the keys of WeChat Pay. */
export function keyBook(options: WholeOptions, fetchList: FetchCertificates): KeyBook {
  const lasting = new Map<string, KeyObject>();
  for (const [id, given] of Object.entries(options.publicKeys)) {
    const key = readPublicKey(given);
    if (key !== undefined) lasting.set(id, key);
  }
  const { platformCertificates } = options;
  let certificates = new Map(
    (platformCertificates === 'fetch' ? [] : platformCertificates).map(numbered),
  );
  let fetchedAtMs = -Infinity;
  let triedAtMs = -Infinity;
  let running: Promise<void> | undefined;

  const refresh = async (call: PortCall): Promise<void> => {
    triedAtMs = options.now();
    const fetched = readList(await fetchList(call), options, lasting);
    // Both are kept while both are good: replies on their way may name either.
    certificates = new Map([...certificates, ...fetched].filter(([, one]) => isGood(one)));
    fetchedAtMs = triedAtMs;
  };
  const refreshOnce = (call: PortCall): Promise<void> =>
    (running ??= refresh(call).finally(() => {
      running = undefined;
    }));
  const isGood = (one: X509Certificate): boolean => {
    const nowMs = options.now();
    return Date.parse(one.validFrom) <= nowMs && nowMs < Date.parse(one.validTo);
  };
  const held = (serial: string): KeyObject | undefined => {
    const one = certificates.get(serial);
    return one !== undefined && isGood(one) ? one.publicKey : undefined;
  };

  return {
    async find(named, call) {
      const publicKey = lasting.get(named);
      if (publicKey !== undefined) return publicKey;
      const serial = named.toUpperCase();
      if (platformCertificates !== 'fetch' || !/^[0-9A-F]{8,64}$/.test(serial)) return held(serial);
      const key = held(serial);
      const nowMs = options.now();
      // A clock that was put back makes a list neither young nor old: it is fetched.
      const isFresh = nowMs >= fetchedAtMs && nowMs - fetchedAtMs < MAX_AGE_MS;
      if (key !== undefined && isFresh) return key;
      const asked = nowMs >= triedAtMs && nowMs - triedAtMs < MIN_PAUSE_MS;
      if (asked && running === undefined) return key;
      // A key that is good is good, though the list cannot be had at the moment.
      if (key !== undefined) await refreshOnce(call).catch(() => undefined);
      else await refreshOnce(call);
      return held(serial);
    },
  };
}

function numbered(pem: string): [string, X509Certificate] {
  const certificate = new X509Certificate(pem);
  return [certificate.serialNumber.toUpperCase(), certificate];
}

/**
 * The certificates of a list. Each is sealed with the APIv3 key, which is what makes it WeChat
 * Pay's; the list as a whole is signed with one of them, or with the public key that was asked for.
 */
function readList(
  reply: Incoming,
  { apiV3Key, now }: WholeOptions,
  publicKeys: ReadonlyMap<string, KeyObject>,
): Map<string, X509Certificate> {
  if (reply.status !== 200) throw failed(`no platform certificates (HTTP ${reply.status})`);
  const list = checkJson(LIST, jsonOf(reply.bytes));
  if (!list.ok) throw failed('the list of platform certificates is none');
  const found = new Map<string, X509Certificate>();
  for (const { serial_no: serial, encrypt_certificate: sealed } of list.value.data) {
    const certificate = readCertificate(openSealed(sealed, apiV3Key)?.toString('utf8'));
    if (certificate === undefined) {
      throw failed('a platform certificate cannot be opened: check the APIv3 key');
    }
    if (certificate.serialNumber.toUpperCase() !== serial.toUpperCase()) {
      throw failed('a platform certificate has another serial');
    }
    found.set(serial.toUpperCase(), certificate);
  }
  const timestamp = reply.header('wechatpay-timestamp') ?? '';
  const named = reply.header('wechatpay-serial') ?? '';
  const signer = publicKeys.get(named) ?? found.get(named.toUpperCase())?.publicKey;
  const signed = signedBytes(timestamp, reply.header('wechatpay-nonce') ?? '', reply.bytes);
  const signature = reply.header('wechatpay-signature') ?? '';
  const young = Math.abs(now() / 1000 - Number(timestamp)) <= MAX_SKEW_SECONDS;
  if (signer === undefined || !young || !isSignedBy(signer, signed, signature)) {
    throw failed('the list of platform certificates is not signed by WeChat Pay');
  }
  return found;
}
