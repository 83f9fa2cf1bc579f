/** What decides: the one of load/, or a broken one, by those who test that it is caught. */
import type { decide } from '../load/index.js';

/** The form of a decision's maker. */
export type Decide = typeof decide;
