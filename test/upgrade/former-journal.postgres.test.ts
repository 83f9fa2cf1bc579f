/**
 * The journal of 0.1.0, which no ledger knew and whose lines say little: it is compared once when
 * its server is upgraded, and continued.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVirtualCard } from '../../src/simulator/index.js';
import { type RunningPostgres, startPostgres } from '../support/postgres.js';
import { openUpgraded, placeReleased, STORES } from './opened.js';
import { journalFileOf, type Release, RELEASES } from './released.js';

let server: RunningPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

/** Lines of a journal that is chained as 0.1.0 chained them. */
function chained(bodies: readonly string[]): string {
  let head = '0'.repeat(64);
  return bodies
    .map((body) => {
      head = createHash('sha256')
        .update(head + body)
        .digest('hex');
      return `${head} ${body}\n`;
    })
    .join('');
}

const bodiesOf = ({ journal }: Release): string[] =>
  journal
    .trim()
    .split('\n')
    .map((line) => line.slice(65));

for (const store of STORES) {
  describe.each(RELEASES)(`the journal of $version on ${store}`, (release) => {
    test('is compared once, and continued', async () => {
      expect(chained(bodiesOf(release))).toBe(release.journal);
      const how = {
        open: await placeReleased(server, store, release),
        journalFile: journalFileOf(release),
      };
      const first = await openUpgraded(how);
      const lines = bodiesOf(release).length;
      const found = { repaired: 0, frozen: 0, waitsFor: [], written: 0 };
      expect(await first.authority.open()).toMatchObject({ ...found, isNew: true, lost: lines });
      const paid = release.orders.find(({ name }) => name === 'PAID');
      if (paid === undefined) throw new Error('no paid order');
      expect((await first.visit(createVirtualCard(paid.card))).outcome).toBe('credited');
      await first.authority.close();
      await first.close();
      const again = await openUpgraded(how);
      expect(await again.authority.open()).toMatchObject({ ...found, isNew: false, lost: 0 });
      await again.close();
    });

    test('a line that the ledger has lost stops its card alone', async () => {
      const known = release.orders.find(({ name }) => name === 'PAID');
      const other = release.orders.find(({ name }) => name === 'ISSUED unwritten');
      if (known === undefined || other === undefined) throw new Error('no such order');
      const lost = { random: '0BADCAFE', atMs: 1_795_140_000_000 };
      const stranger = { orderId: '0'.repeat(20), cardNumber: '6201220000029999', atc: 3 };
      const journalFile = journalFileOf({
        ...release,
        journal: chained([
          ...bodiesOf(release),
          JSON.stringify({ orderId: known.orderId, cardNumber: known.cardNumber, atc: 7, ...lost }),
          JSON.stringify({ ...stranger, ...lost }),
        ]),
      });
      const how = { open: await placeReleased(server, store, release), journalFile };
      const upgraded = await openUpgraded(how);
      const { authority, ledger, visit } = upgraded;
      const orders = [known.orderId, stranger.orderId];
      expect(await authority.open()).toMatchObject({ repaired: 0, frozen: 2, orders });
      for (const orderId of orders) {
        const { order, card } = (await ledger.read(orderId))?.situation ?? {};
        expect([order?.state, card?.frozen]).toEqual(['FROZEN', true]);
      }
      const refused = await visit(createVirtualCard(known.card));
      expect(refused).toMatchObject({ error: { code: 'ORDER_FROZEN' } });
      // All other cards go on.
      expect((await visit(createVirtualCard(other.card))).outcome).toBe('credited');
      // Two people have looked at the card: it is let go, and nothing comes of what stood for it.
      for (const by of ['A', 'B']) {
        await authority.release(stranger.orderId, { by, release: 'resume' });
      }
      const { order, card } = (await ledger.read(stranger.orderId))?.situation ?? {};
      expect([order?.state, card?.frozen]).toEqual(['EXPIRED', false]);
      await upgraded.close();
    });
  });
}
