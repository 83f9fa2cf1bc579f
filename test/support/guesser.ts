/** Somebody with a terminal's key who guesses: codes by the hundred, over real sockets. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { toHex } from '../../src/bytes.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { signRequest } from '../../src/signing/index.js';

/** Who signs. */
export interface Signer {
  readonly keyId: string;
  readonly secret: string;
}

/** What came back. */
export interface Heard {
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfter: number | undefined;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Asks a server as a caller. */
export async function askSigned(
  url: string,
  { keyId, secret }: Signer,
  path: string,
  json: object,
  idempotencyKey?: string,
): Promise<Heard> {
  const body = JSON.stringify(json);
  const timestamp = String(Date.now());
  const nonce = randomBytes(16).toString('hex');
  const key = idempotencyKey === undefined ? {} : { idempotencyKey };
  const signed = { method: 'POST', path, timestamp, nonce, body, ...key };
  const headers = {
    'quancun-key-id': keyId,
    'quancun-timestamp': timestamp,
    'quancun-nonce': nonce,
    'quancun-signature': signRequest(secret, signed),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
  };
  return send(url + path, headers, body);
}

/** Over a socket of its own: one that is kept may be closed while it is used again. */
function send(url: string, headers: Record<string, string>, body: string): Promise<Heard> {
  return new Promise((heard, failed) => {
    const asked = request(url, { method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => {
        const json = JSON.parse(text) as Record<string, unknown>;
        const retryAfter = response.headers['retry-after'];
        heard({
          status: response.statusCode ?? 0,
          code: typeof json.code === 'string' ? json.code : undefined,
          retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
          json,
        });
      });
    });
    asked.once('error', failed);
    asked.end(body);
  });
}

/** EF 0015 of a simulated card of that number. */
export function issueInformationOf(cardNumber: string): string {
  const card = createVirtualCard(personalise({ kind: '3des-4x', cardNumber }));
  card.exchange(Uint8Array.of(0x00, 0xa4, 0x00, 0x00, 0x02, 0x3f, 0x00));
  card.exchange(Uint8Array.of(0x00, 0xa4, 0x00, 0x00, 0x02, 0x10, 0x01));
  return toHex(card.exchange(Uint8Array.of(0x00, 0xb0, 0x95, 0x00, 0x2b)).subarray(0, 43));
}

/** Makes an unpaid order; answers its number. */
export async function makeOrder(url: string, who: Signer, cardNumber: string): Promise<string> {
  const idempotencyKey = randomBytes(8).toString('hex');
  const issueInformation = issueInformationOf(cardNumber);
  const order = { protocol: 1, idempotencyKey, issueInformation, amountFen: 100, outlet: 'self' };
  const { json, status } = await askSigned(url, who, '/v1/orders', order, idempotencyKey);
  if (status !== 200) throw new Error(JSON.stringify(json));
  return String(json.orderId);
}

/** A guess at the MAC1 of a card, for an order of it. */
export function guessMac1(
  url: string,
  who: Signer,
  orderId: string,
  cardNumber: string,
): Promise<Heard> {
  const response = `0000000000000000${randomBytes(8).toString('hex')}9000`;
  const evidence = { kind: 'initialized', terminal: '000000000001', response };
  return askSigned(url, who, `/v1/orders/${orderId}/visits`, { protocol: 1, cardNumber, evidence });
}

/** How many of each code; without one: by what was to be done. */
export function countCodes(heard: readonly Heard[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code, json } of heard) {
    const name = code ?? String(json.do);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
