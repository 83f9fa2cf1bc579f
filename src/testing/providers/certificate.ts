/**
 * X.509 certificates of RSA keys, which Node reads and cannot write: the few forms of DER that one
 * is made of (RFC 5280 §4.1), signed with SHA256withRSA. They certify nothing but tests.
 */
import { createPublicKey, createSign, type KeyObject } from 'node:crypto';

/** What a certificate says. */
export interface CertificateParts {
  /** Hex in upper case, as the providers write serial numbers. */
  readonly serialNumber: string;
  readonly issuer: string;
  readonly subject: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whose certificate it is. */
  readonly key: KeyObject;
  /** Who signs it. */
  readonly issuerKey: KeyObject;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const SHA256_WITH_RSA = der(SEQUENCE, oid('2a864886f70d01010b'), Buffer.from([5, 0]));
/** Basic constraints: who signs itself may sign others. */
const CA_EXTENSION = der(
  0xa3,
  der(SEQUENCE, der(SEQUENCE, oid('551d13'), der(4, der(SEQUENCE, Buffer.of(1, 1, 0xff))))),
);

/** Writes a certificate, as PEM. */
export function writeCertificate(parts: CertificateParts): string {
  const publicKey = parts.key.type === 'private' ? createPublicKey(parts.key) : parts.key;
  const validity = der(SEQUENCE, utcTime(parts.fromMs), utcTime(parts.untilMs));
  const body = der(
    SEQUENCE,
    der(0xa0, der(2, Buffer.from([2]))),
    integer(Buffer.from(parts.serialNumber, 'hex')),
    SHA256_WITH_RSA,
    nameOf(parts.issuer),
    validity,
    nameOf(parts.subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(parts.issuer === parts.subject ? [CA_EXTENSION] : []),
  );
  const signature = createSign('RSA-SHA256').update(body).sign(parts.issuerKey);
  const whole = der(SEQUENCE, body, SHA256_WITH_RSA, der(3, Buffer.from([0]), signature));
  const lines = whole.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** Country, organisation and common name, as both providers' certificates have them. */
function nameOf(commonName: string): Buffer {
  const rows: readonly [string, number, string][] = [
    ['550406', 0x13, 'CN'],
    ['55040a', 0x0c, 'quancun test'],
    ['550403', 0x0c, commonName],
  ];
  const sets = rows.map(([id, tag, text]) =>
    der(SET, der(SEQUENCE, oid(id), der(tag, Buffer.from(text, 'utf8')))),
  );
  return der(SEQUENCE, ...sets);
}

/** A number that begins with a high bit would be a negative one. */
function integer(bytes: Buffer): Buffer {
  return der(2, ((bytes[0] ?? 0) & 0x80) === 0 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
}

function oid(hex: string): Buffer {
  return der(6, Buffer.from(hex, 'hex'));
}

/** `yyMMddHHmmssZ`: good until 2049, as the standard has it. */
function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, '');
  return der(0x17, Buffer.from(`${digits}Z`, 'ascii'));
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  if (size < 0x80) return Buffer.concat([Buffer.of(tag, size), content]);
  const long = size < 0x100 ? Buffer.of(0x81, size) : Buffer.of(0x82, size >> 8, size & 0xff);
  return Buffer.concat([Buffer.of(tag), long, content]);
}
