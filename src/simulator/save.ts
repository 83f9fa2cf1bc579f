/** A card as JSON text, and back. The session is not saved: a stored card has no power. */
import { expectFile, parseFileText } from '../json/index.js';
import { wholeProfile } from './profile.js';
import { type CardState, NO_SESSION, SAVED_CARD } from './state.js';

/**
 * Writes a card as JSON. It holds the card's keys in the clear: they are test keys.
 * 保存模拟卡（JSON，含测试密钥）。
 * @example
 * const text = saveCard(personalise({ kind: '3des-4x' }));
 * const card = createVirtualCard(restoreCard(text));
 */
export function saveCard(state: CardState): string {
  const { session: _session, ...kept } = state;
  return `${JSON.stringify(kept, null, 2)}\n`;
}

/**
 * Reads a saved card.
 * 恢复模拟卡。
 * @throws JSON_INVALID naming the field
 * @example
 * const text = saveCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
 * restoreCard(text).ep.balanceFen; // 5000
 */
export function restoreCard(text: string): CardState {
  const saved = expectFile(SAVED_CARD, parseFileText(text, THE_CARD), THE_CARD);
  return { ...saved, profile: wholeProfile(saved.profile), session: NO_SESSION };
}

const THE_CARD = { en: 'The saved card', zh: '保存的卡片' };
