/** A route as data: what it is called, who may ask, what is said and answered, what it refuses. */
import type * as v from 'valibot';
import type { ErrorRow } from '../../errors.js';
import { ORDER_VIEW } from '../../messages/index.js';
import type { Scope } from './terminals.js';

/** One route. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** As OpenAPI writes it. */
  readonly path: string;
  readonly summary: string;
  /** What device and person must both may; `any`: of every device that is known. */
  readonly scope: Scope | 'any';
  /**
   * Whether somebody must be logged in where the device asks for persons. `none`: it is asked
   * before. `locked`: what has happened already is heard from a locked session too. Default: yes.
   */
  readonly session?: 'none' | 'locked';
  /** A device that stands in an outlet asks it of that outlet's orders alone. */
  readonly ofOwnOutlet?: true;
  /** Its answer is kept under an Idempotency-Key, and given again byte for byte. */
  readonly money: boolean;
  /**
   * Asked again it is done again, which changes nothing, and is answered as things stand then: an
   * order goes on, and a kept answer would say that it had not.
   */
  readonly isDoneAgain?: true;
  /** Begins something new, or only asks: sent away where there is more to do than can be done. */
  readonly isNew?: true;
  readonly request?: v.GenericSchema;
  readonly reply: v.GenericSchema;
  /** What it can refuse with, beside what every route of its kind can ({@link refusalsOf}). */
  readonly refusals: readonly ErrorRow[];
  /** Codes of its answer, where that is the end of a visit. */
  readonly stops?: readonly ErrorRow[];
}

/** Where an order stands. */
export const ORDER = '/v1/orders/{orderId}';
/** The address says which order. */
export const withoutOrderId = ['orderId'] as const;

/** What moves money: its answer is kept. */
export const money = { method: 'POST', money: true } as const;
/** What may be asked as often as one likes. */
export const question = { method: 'POST', money: false } as const;
/** What the back office does with an order: the shift lead, and who has the money in hand. */
export const office = { ...money, scope: 'supervise', reply: ORDER_VIEW } as const;
/** The same with one order: of the device's own outlet, where its record says that it has one. */
export const officeOrder = { ...office, ofOwnOutlet: true } as const;
