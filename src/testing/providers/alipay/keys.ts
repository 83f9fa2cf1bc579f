/**
 * The keys of an app and of Alipay; in certificate mode also the three certificates and their
 * numbers (SN), as the vendor's client computes them.
 */
import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { writeCertificate } from '../certificate.js';
import { pemOf, rsaPairOf } from '../rsa.js';

/** What a merchant configures. 商户配置：应用、卖家、应用私钥、支付宝公钥（或证书）。 */
export interface AlipayMerchant {
  readonly appId: string;
  readonly sellerId: string;
  /** PKCS#8. */
  readonly privateKeyPem: string;
  /** The app's own key (应用公钥): nothing that Alipay says is signed with it. */
  readonly appPublicKeyPem: string;
  /** Alipay's key (支付宝公钥), SPKI. */
  readonly alipayPublicKeyPem: string;
  /** In certificate mode (公钥证书模式). */
  readonly certificates?: AlipayCertificates;
}

/** The three files of certificate mode. */
export interface AlipayCertificates {
  readonly appCertificatePem: string;
  readonly alipayCertificatePem: string;
  readonly alipayRootCertificatePem: string;
}

/** Both sides' keys. */
export interface AlipayKeys {
  readonly merchant: AlipayMerchant;
  readonly appKey: KeyObject;
  readonly alipayKey: KeyObject;
  /** Nobody's: what a forger signs with. */
  readonly strangerKey: KeyObject;
}

const YEAR_MS = 365 * 86_400_000;

/** All keys of a server. */
export function makeAlipayKeys(hasCertificates: boolean, nowMs: number): AlipayKeys {
  const [app, alipay] = [rsaPairOf('app'), rsaPairOf('alipay')];
  const merchant = {
    appId: '2021000000000001',
    sellerId: '2088000000000001',
    privateKeyPem: pemOf(app.privateKey),
    appPublicKeyPem: pemOf(app.publicKey),
    alipayPublicKeyPem: pemOf(alipay.publicKey),
  };
  return {
    merchant: hasCertificates
      ? { ...merchant, certificates: makeCertificates(app.publicKey, alipay.publicKey, nowMs) }
      : merchant,
    appKey: app.publicKey,
    alipayKey: alipay.privateKey,
    strangerKey: rsaPairOf('stranger').privateKey,
  };
}

function makeCertificates(app: KeyObject, alipay: KeyObject, nowMs: number): AlipayCertificates {
  const root = rsaPairOf('alipay root');
  const issue = (subject: string, serialNumber: string, key: KeyObject): string =>
    writeCertificate({
      ...{ serialNumber, issuer: 'Test Alipay Root CA', subject },
      ...{ fromMs: nowMs - YEAR_MS, untilMs: nowMs + YEAR_MS, key, issuerKey: root.privateKey },
    });
  return {
    appCertificatePem: issue('Test App', '2021013100000000000000000001F4A1', app),
    alipayCertificatePem: issue('Test Alipay', '2021013100000000000000000002B7C3', alipay),
    // Its first bit is set: a serial number that reads as a negative one when written carelessly.
    alipayRootCertificatePem: issue('Test Alipay Root CA', 'B021013100000001', root.publicKey),
  };
}

/** The number (SN) of a certificate: MD5 of its issuer, last part first, and its decimal serial. */
export function certificateSn(pem: string): string {
  const { issuer, serialNumber } = new X509Certificate(pem);
  const name = issuer.split('\n').reverse().join(',');
  const serial = BigInt(`0x${serialNumber}`).toString();
  return createHash('md5').update(`${name}${serial}`).digest('hex');
}
