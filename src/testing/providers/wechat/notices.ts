/** Notifications: a resource under AEAD_AES_256_GCM in a signed body (Wd products/notification). */
import { createCipheriv, randomBytes } from 'node:crypto';
import { formatRfc3339 } from '../china-time.js';
import type { Seal } from '../faulty-call.js';
import type { Letter } from '../notices.js';
import { keysOf, sign } from './signature.js';
import type { WechatState } from './state.js';

/** Between attempts, in seconds: 4 short ones, then 10 and 20 minutes to 6 hours. */
export const NOTICE_PAUSES_MS: readonly number[] = [
  ...[15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600],
  ...[10_800, 10_800, 10_800, 21_600, 21_600],
].map((seconds) => seconds * 1_000);

/** What is told of, and how the resource was called before it was encrypted. */
interface Event {
  readonly type: string;
  readonly originalType: 'transaction' | 'refund';
  readonly summary: string;
  readonly associatedData: string;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** TRANSACTION.SUCCESS: the order as a query tells it. */
export function sendPaymentNotice(
  state: WechatState,
  url: string,
  transaction: Readonly<Record<string, unknown>>,
): void {
  send(state, url, {
    type: 'TRANSACTION.SUCCESS',
    originalType: 'transaction',
    summary: '支付成功',
    associatedData: 'transaction',
    resource: transaction,
  });
}

/** REFUND.SUCCESS, REFUND.ABNORMAL, REFUND.CLOSED. */
export function sendRefundNotice(
  state: WechatState,
  url: string,
  status: string,
  refund: Readonly<Record<string, unknown>>,
): void {
  send(state, url, {
    type: `REFUND.${status}`,
    originalType: 'refund',
    summary: { SUCCESS: '退款成功', CLOSED: '退款关闭' }[status] ?? '退款异常',
    // It may be empty, and here it is.
    associatedData: '',
    resource: refund,
  });
}

function send(state: WechatState, url: string, event: Event): void {
  const id = randomBytes(16).toString('hex');
  const createdAtMs = state.now();
  const keys = keysOf(state);
  state.serial += 1;
  // Either key, while a merchant switches from one to the other.
  const key = keys[state.serial % keys.length] ?? keys[0];
  const write = (seal: Seal, isWrongAmount: boolean): Letter => {
    const text = JSON.stringify(isWrongAmount ? withWrongAmount(event.resource) : event.resource);
    const resource = encrypt(state.keys.merchant.apiV3Key, text, event.associatedData);
    const bodyWith = (sent: object): string =>
      JSON.stringify({
        ...{ id, create_time: formatRfc3339(createdAtMs), resource_type: 'encrypt-resource' },
        ...{ event_type: event.type, summary: event.summary },
        resource: { original_type: event.originalType, ...sent },
      });
    const changed = { ...resource, ciphertext: changeAmount(resource.ciphertext, text) };
    // With a bad tag it is signed as it is sent: the cipher alone can tell.
    const signed = bodyWith(seal === 'bad-tag' ? changed : resource);
    const headers = { 'content-type': 'application/json', ...sign(state, key, signed, seal) };
    return { headers, body: seal === 'tampered' ? bodyWith(changed) : signed };
  };
  state.notices.send({ url, fault: state.plan.next('notice'), write });
}

/** AEAD_AES_256_GCM: 12 bytes of nonce, the last 16 bytes of the ciphertext are the tag. */
export function encrypt(
  apiV3Key: string,
  text: string,
  associatedData: string,
): Readonly<Record<'algorithm' | 'ciphertext' | 'associated_data' | 'nonce', string>> {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key, 'utf8'), nonce);
  cipher.setAAD(Buffer.from(associatedData, 'utf8'));
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: bytes.toString('base64'),
    associated_data: associatedData,
    nonce,
  };
}

/**
 * Another amount, without the key: GCM is a stream of bits, so one who knows the text may change a
 * digit. Only the tag tells.
 */
function changeAmount(ciphertext: string, text: string): string {
  const bytes = Buffer.from(ciphertext, 'base64');
  const at = Buffer.from(text.slice(0, text.indexOf('"total":') + 8), 'utf8').length;
  bytes[at] = (bytes[at] ?? 0) ^ 0x08;
  return bytes.toString('base64');
}

/** One fen more than a query would say. */
function withWrongAmount(resource: Readonly<Record<string, unknown>>): unknown {
  const amount = resource.amount as Readonly<Record<string, unknown>>;
  return { ...resource, amount: { ...amount, total: Number(amount.total) + 1 } };
}
