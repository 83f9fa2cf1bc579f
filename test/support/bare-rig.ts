/**
 * What stands around the card side in a bare context: a simulated card at a fake phone, and the
 * authority. Bundled apart, so that the sizes are the card side's own.
 */
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { createTestAuthority } from '../../src/testing/index.js';
import { fakeAndroidNfc, fakeIosNfc } from './hosts/nfc.js';
import { fakeWechat } from './hosts/wechat.js';
import { manualEnv } from './manual-env.js';

/** A fresh deployment. */
export function openRig() {
  const env = manualEnv();
  const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
  const { authority } = createTestAuthority({ env });
  const phones = {
    'nfc on Android': () => fakeAndroidNfc(card),
    'nfc on iOS': () => fakeIosNfc(card),
    'wechat on Android': () => fakeWechat(card, 'android'),
    'wechat on iOS': () => fakeWechat(card, 'ios'),
  };
  return { env, card, authority, phones };
}
