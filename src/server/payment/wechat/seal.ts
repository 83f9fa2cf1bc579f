/**
 * AEAD_AES_256_GCM as WeChat Pay seals notifications and certificates: base64 of the ciphertext
 * with its tag of 16 bytes behind it; nonce of 12 bytes; associated data as UTF-8, which may be
 * empty; the key is the 32 bytes of the APIv3 key. The tag is checked: `final` throws where one bit
 * differs, and nothing is read before it has answered.
 * Documents: 微信支付 APIv3, 如何解密回调报文和平台证书.
 */
import { createDecipheriv } from 'node:crypto';
import * as v from 'valibot';
import { looseOf } from '../../../json/index.js';
import { decodeBase64 } from '../adapter/keys.js';

const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** A declaration of what is sealed. */
export const SEALED = looseOf({
  algorithm: v.literal('AEAD_AES_256_GCM'),
  ciphertext: v.string(),
  nonce: v.string(),
  associated_data: v.nullish(v.string(), ''),
});

/** What is sealed. */
export type Sealed = v.InferOutput<typeof SEALED>;

/** What was sealed, or nothing where one bit of it is not as it was. */
export function openSealed(sealed: Sealed, apiV3Key: string): Buffer | undefined {
  const whole = decodeBase64(sealed.ciphertext);
  const nonce = Buffer.from(sealed.nonce, 'utf8');
  if (whole === undefined || whole.length < TAG_BYTES || nonce.length !== NONCE_BYTES) {
    return undefined;
  }
  const key = Buffer.from(apiV3Key, 'utf8');
  const opening = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  opening.setAuthTag(whole.subarray(whole.length - TAG_BYTES));
  opening.setAAD(Buffer.from(sealed.associated_data ?? '', 'utf8'));
  const opened = opening.update(whole.subarray(0, whole.length - TAG_BYTES));
  try {
    return Buffer.concat([opened, opening.final()]);
  } catch {
    return undefined;
  }
}
