/**
 * Copies of a slip. Each request of another one is counted by the server (补打第 n 次), so a screen
 * that is looked at again, or loaded again, asks under the number that it asked with before.
 */
import type { SlipView } from 'quancun/slip';
import { authority, env } from '../app/server.js';

const KEPT = 'quancun-demo-slips';

function keptKeys(): Record<string, string> {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') as Record<string, string>;
}

/** The copy that this tab had of the order as it stands now; else a first one. */
export async function showCopy(orderId: string): Promise<SlipView> {
  const state = (await authority.getOrder(orderId))?.state ?? 'unknown';
  return copyUnder(`${orderId} ${state}`, orderId, false);
}

/** One more. @throws ROLE_MISSING where it is a lead's */
export async function makeCopy(orderId: string): Promise<SlipView> {
  const state = (await authority.getOrder(orderId))?.state ?? 'unknown';
  return copyUnder(`${orderId} ${state}`, orderId, true);
}

async function copyUnder(name: string, orderId: string, isNew: boolean): Promise<SlipView> {
  const keys = keptKeys();
  const drawn = [...env.random(16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const key = isNew ? drawn : (keys[name] ?? drawn);
  const view = await authority.printSlip(orderId, key);
  sessionStorage.setItem(KEPT, JSON.stringify({ ...keys, [name]: key }));
  return view;
}
