/** Vectors of the `openssl` command line and of another AES-GCM: bytes that we did not make. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isSignedBy } from '../../../../src/server/payment/adapter/keys.js';
import { openSealed } from '../../../../src/server/payment/wechat/seal.js';
import { signedBytes } from '../../../../src/server/payment/wechat/signed-bytes.js';
import { WECHAT_KEY } from '../test-keys.js';
import { API_V3_KEY, CALL, QR, signedHeaders, till, told } from './till.js';

/** AES-256-GCM by `cryptography` for Python. */
const SEALED = {
  algorithm: 'AEAD_AES_256_GCM' as const,
  nonce: 'c5ac7061fccc',
  associated_data: 'refund',
  ciphertext: '0LAZSrLACznpDdgbveMAiR1rA5cd1rSqX8k+4CzMrd84/StQbtUa3tJGQYfS0mxhJLT0WFtc',
};
const OPENED = '{"mchid":"1900000001","note":"退款"}';

/** `openssl dgst -sha256 -sign wechat.pem` */
const REPLY = {
  timestamp: '1770098706',
  nonce: 'EKSsQFzWLTbnGx4N',
  body: '{"code_url":"weixin://wxpay/bizpayurl?pr=p4lpSuKzz"}',
  signature:
    'c2JR79opzatlHsAHDe8xl3QBUBLxx46UNaa+GAGKs9LeqaPgkbaXUbnP0b8zh0kkQuu/1dsfzefTl2PszkBlV7Kb4wyosCh+O+olLY5tfQwhyE8I/gvNgrTd+qNhA7YJtUsZX7+OJKX0dBFyl5AEH/asgXxwsTfypYZxH/HkD8c0SET2F73LCikkMIGqvSBBgzviCG1BLsiTmbqaJ0n0PLOP77k1ES0RSEuM/hD8UFUYtLlFaV+qiC4kn/mMPbcwJkOLsHaJ0iErsPyXwF5ajTcYtSBPpB1QM88goDqZSki/SyvuiGPp7GGQfVRGyU+Rm7HEl2WOrca+XrjSozPMSg==',
};
const NOTHING =
  'UNpqj3avDWygxaQHisTlkwAMVAXso5AL3QJcqSDLGY85/aH6vR88I7tuo+AiqymNMtzFsZUB1CVeEpec4MonfmrmrhXEemM6nYuDzmWC35C36fnJyDTRNXLmCeEu3m6nod5ny8hOEEf2oM3wmAeaTuD+boYTyTlSibNGipc0r6rL2WWptwf6EKyXAw9cfAJeDkE2m3AdMt6NSbDRhKcwsfskAmjAzRwpOaeQ0Z2qYI16nDyWb2hf6fCeHip9B1JIl1TB2YxKwd4dnj9CJmlkqqjp2bfF2QlTSsGVlH7KUZvQf0p0lq3ibGNsioiRthfPac0CJUo/yDoSWVapFTJ8Pw==';

describe('a seal', () => {
  test('opens with its key, nonce and associated data', () => {
    expect(openSealed(SEALED, API_V3_KEY)?.toString()).toBe(OPENED);
    const empty = { ...SEALED, associated_data: '', ciphertext: EMPTY_AAD };
    expect(openSealed(empty, API_V3_KEY)?.toString()).toBe(OPENED);
    const nothing = { ...empty, associated_data: null as never };
    expect(openSealed(nothing, API_V3_KEY)?.toString()).toBe(OPENED);
  });

  test('does not open when one bit of it, or of its tag, differs', () => {
    const bytes = Buffer.from(SEALED.ciphertext, 'base64');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const ciphertext = changed.toString('base64');
      expect(openSealed({ ...SEALED, ciphertext }, API_V3_KEY)).toBeUndefined();
    }
    const others = [
      { ...SEALED, associated_data: 'transaction' },
      { ...SEALED, nonce: 'c5ac7061fccd' },
      { ...SEALED, nonce: 'short' },
      { ...SEALED, ciphertext: '' },
      { ...SEALED, ciphertext: 'not base64' },
    ];
    for (const other of others) expect(openSealed(other, API_V3_KEY)).toBeUndefined();
    expect(openSealed(SEALED, API_V3_KEY.toLowerCase())).toBeUndefined();
  });
});
const EMPTY_AAD = '0LAZSrLACznpDdgbveMAiR1rA5cd1rSqX8k+4CzMrd84/StQbtVMSdSDaRQq9sslD6bsrfZR';

describe('a signature', () => {
  const key = createPublicKey(createPrivateKey(WECHAT_KEY));
  const bytes = (body: string) => signedBytes(REPLY.timestamp, REPLY.nonce, Buffer.from(body));

  test('of a reply covers time, nonce and bytes; of none the empty body', () => {
    expect(isSignedBy(key, bytes(REPLY.body), REPLY.signature)).toBe(true);
    expect(isSignedBy(key, bytes(''), NOTHING)).toBe(true);
    expect(isSignedBy(key, bytes(`${REPLY.body} `), REPLY.signature)).toBe(false);
    expect(isSignedBy(key, bytes(REPLY.body), NOTHING)).toBe(false);
    expect(isSignedBy(key, bytes(REPLY.body), `${REPLY.signature}\n`)).toBe(false);
    expect(isSignedBy(key, bytes(REPLY.body), 'WECHATPAY/SIGNTEST/x')).toBe(false);
  });

  test('of a request is what openssl makes', async () => {
    const { port, asked } = await till(() => told(undefined, 204), {
      randomNonce: () => '593BEC0C930BF1AFEB40B4A08C8FB242',
    });
    await port.closeQr({ ...QR, merchantOrderNumber: 'O20260203-000001' }, CALL);
    const [request] = asked;
    expect(request?.body).toBe('{"mchid":"1900000001"}');
    expect(request?.headers.authorization).toBe(
      'WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",' +
        'signature="UD6ie6KjwL7MxfPHUQpB3OIeaV6HCKvGhIb521iNr+34egK8sb0iosItGmy+2/ZQ7+VU8Q50S1qTtAL6TUWKN8YUHMQjEBCJN3oOewmAREx2el8YLb1c/KOV251cyFIKXy6w2nrjn4NPmS/nZ2iB9TZ05WvCKjitW2OJm6h/dRtcSa3C2s7hyQKLNSRIqCLcq+/IrOJh5nhHuATcJwRiIINBPBNJ4rlfPUj4fQcy454Bi3qiIaS8EdtOnKy4B63ARbFTPjtzRXMqLNdRDsHSmfMhSSVR1W75BHQaDCdvcAbIKSabEjR3IaH83wfvlnGQRVzffVvmhs5+1aUK2/L+6g==",' +
        'timestamp="1770098706",serial_no="444444D096DE15EBE81A47057A7232F1B8E10001"',
    );
    const { accept, 'user-agent': agent, 'content-type': type } = request?.headers ?? {};
    expect([accept, agent, type]).toEqual(['application/json', 'quancun', 'application/json']);
    expect(signedHeaders('')['wechatpay-signature']).toBe(NOTHING);
  });
});
