/**
 * What the fourth migration does for 充值记录. A plate that is its own folded form, as nearly every
 * one is, has no second text: `plate_key` is NULL, and an old server that writes none is right for
 * those too.
 */
import { foldPlate } from '../../../plate.js';
import { text } from './columns.js';
import type { Sql } from './store.js';

/** What a plate is found by. */
export const PLATE_KEY = 'COALESCE(plate_key, plate)';

/** Plates of one look. */
const PAGE = 1000;

/**
 * Adds the folded plate, fills it for the orders that are there, and puts the indexes in order: one
 * look at each plate, one write for each that is spelt in its own way.
 */
export async function addRecordColumns(sql: Sql): Promise<void> {
  await sql.run('ALTER TABLE load_order ADD COLUMN plate_key TEXT');
  for (let after = ''; ;) {
    const rows = await sql.all(
      'SELECT DISTINCT plate FROM load_order WHERE plate > $1 ORDER BY plate LIMIT $2',
      [after, PAGE],
    );
    for (const plate of rows.map((row) => text(row.plate))) {
      const folded = foldPlate(plate);
      if (folded === plate) continue;
      await sql.run('UPDATE load_order SET plate_key = $1 WHERE plate = $2', [folded, plate]);
    }
    const last = rows[rows.length - 1];
    if (rows.length < PAGE || last === undefined) break;
    after = text(last.plate);
  }
  await sql.run('DROP INDEX order_plate');
  await sql.run(`CREATE INDEX order_plate ON load_order ((${PLATE_KEY}), created_at_ms, order_id)`);
  await sql.run('CREATE INDEX order_listed ON load_order (state, created_at_ms, order_id)');
}
