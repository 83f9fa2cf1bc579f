/** A screen that is told what goes on may fail as it likes: money does not hang on it. */
import { expect, test } from 'vitest';
import type { OnStage } from '../../src/terminal/index.js';
import { serverClient } from '../../src/terminal/index.js';
import { manualEnv } from '../support/manual-env.js';
import { openShop } from '../support/shop.js';

/** What nobody handled while the work was done. */
async function unhandledIn(work: () => Promise<unknown>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  await work();
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off('unhandledRejection', note);
  return unhandled;
}

test('onStage that is async and rejects', async () => {
  const onStage = (() => Promise.reject(new Error('the screen is gone'))) as OnStage;
  const shop = openShop({ card: { kind: '3des-4x', balanceFen: 5000 } });
  const unhandled = await unhandledIn(async () => {
    expect((await shop.recharge({ options: { onStage } })).result.outcome).toBe('credited');
  });
  expect(unhandled).toEqual([]);
});

test('onRetry that is async and rejects', async () => {
  const onRetry: () => unknown = () => Promise.reject(new Error('the screen is gone'));
  let sent = 0;
  const client = serverClient({
    ...{ url: 'http://authority.test', env: manualEnv(), keyId: 'till', secret: '5e'.repeat(32) },
    fetch: () => {
      sent += 1;
      return Promise.reject(new Error('no line'));
    },
    onRetry: onRetry,
  });
  const unhandled = await unhandledIn(async () => {
    await expect(client.getOrder('0123456789ABCDEFGHJK')).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
    });
  });
  expect([sent, unhandled]).toEqual([3, []]);
});
