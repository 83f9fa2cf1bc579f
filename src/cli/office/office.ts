/** `office`: what a back office does with orders, refunds, work and days, by one key of its own. */
import type { Command } from 'commander';
import { registerOrders } from '../orders.js';
import { registerActs } from './acts.js';
import { registerCloseDay } from './close-day.js';
import { registerDays } from './days.js';
import { registerExport } from './export.js';
import { registerLists } from './lists.js';
import { registerShow } from './show.js';

/** Adds `office`. */
export function registerOffice(program: Command): void {
  const office = program
    .command('office')
    .description(
      '后台: orders, refunds, work and days of all outlets, with a key of the back office',
    );
  registerOrders(office, 'list');
  registerShow(office);
  registerActs(office);
  registerLists(office);
  registerDays(office);
  registerCloseDay(office);
  registerExport(office);
}
