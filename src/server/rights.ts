/**
 * Rights: what a route asks for, what a device's record grants, and what a person's role does. One
 * vocabulary for the three of them: a request may what its device and its person both may.
 */
import type { Role } from '../messages/index.js';

/** What may be granted. Each names what it is for; the wider ones are made of others. */
export const SCOPES = [
  /** Orders, visits, slips, and payments by QR. */
  'recharge-qr',
  /** To report money as taken, by hand or by a POS, within the caps of the caller. */
  'cash',
  /** Both. */
  'recharge',
  /** 充值记录 of the caller's own outlet. */
  'query-outlet',
  /** 充值记录 of one card, plate, order or payment, wherever it was made. */
  'query',
  /** 班长: to cancel, to void, to say that nothing was taken, to close. */
  'supervise',
  /** To see the days of outlets, and to close one (日结). */
  'days',
  'close-day',
  /** 财务: refunds, and the worklist. */
  'finance',
  /** To see everything of the office, and change nothing. */
  'audit',
  /** 管理员: one of the two words that end an order, or a journal, by hand. */
  'release',
  /** Everything of the office. */
  'back-office',
  /** To keep the list of persons. Part of no other. */
  'persons',
] as const;

/** What a caller may ask for. */
export type Scope = (typeof SCOPES)[number];

/** What a scope holds besides itself. */
const HOLDS: Partial<Readonly<Record<Scope, readonly Scope[]>>> = {
  recharge: ['recharge-qr', 'cash'],
  query: ['query-outlet'],
  supervise: ['days', 'close-day'],
  finance: ['audit', 'days', 'close-day', 'query', 'query-outlet'],
  audit: ['query', 'query-outlet', 'days'],
  'back-office': [
    ...(['supervise', 'finance', 'audit', 'release'] as const),
    ...(['query', 'query-outlet', 'days', 'close-day'] as const),
  ],
};

/** What each role of a person may. */
export const SCOPES_OF_ROLES: Readonly<Record<Role, readonly Scope[]>> = {
  operator: ['recharge', 'query-outlet'],
  lead: ['recharge', 'query', 'supervise'],
  finance: ['finance'],
  administrator: ['release', 'persons', 'audit'],
  auditor: ['audit'],
};

/** Everything that these scopes hold. */
export function rightsOf(scopes: readonly Scope[]): ReadonlySet<Scope> {
  return new Set(scopes.flatMap((scope) => [scope, ...(HOLDS[scope] ?? [])]));
}

/** What a device and the person at it both may. */
export function rightsOfBoth(device: readonly Scope[], roles: readonly Role[]): ReadonlySet<Scope> {
  const person = rightsOf(roles.flatMap((role) => SCOPES_OF_ROLES[role]));
  return new Set([...rightsOf(device)].filter((scope) => person.has(scope)));
}
