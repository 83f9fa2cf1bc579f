/**
 * The devices of the demonstration: which address is which, and what each may. A page never says
 * which device it is: the name in the address does, and each name has cookies of its own.
 */
import { randomBytes } from 'node:crypto';

/**
 * @typedef {import('quancun/server').Caller} Caller
 * @typedef {'self' | 'bank' | 'office'} Kind
 * @typedef {{ host: string, kind: Kind, name: string, caller: Caller }} Device
 */

/** A secret of its own for each start: sessions belong to a key id, and outlive it. */
const secret = () => randomBytes(32).toString('hex');

/** What a till of either kind may; a lead (班长) closes its shift and its day. */
const TILL = /** @type {const} */ (['query', 'query-outlet', 'supervise']);

/** @returns {readonly Device[]} */
export function makeDevices() {
  return [
    {
      host: 'localhost',
      kind: 'self',
      name: '自营一厅',
      caller: {
        keyId: 'till-self',
        secret: secret(),
        scopes: ['recharge', ...TILL],
        persons: true,
        outlet: '自营一厅',
        terminal: '000440101001',
      },
    },
    {
      host: 'bank.localhost',
      kind: 'bank',
      name: '银行一厅',
      caller: {
        keyId: 'till-bank',
        secret: secret(),
        // No cash here: money comes by QR alone.
        scopes: ['recharge-qr', ...TILL],
        persons: true,
        outlet: '银行一厅',
        terminal: '000440101002',
      },
    },
    {
      host: 'office.localhost',
      kind: 'office',
      name: '后台',
      caller: {
        keyId: 'desk-office',
        secret: secret(),
        scopes: ['back-office'],
        persons: true,
      },
    },
  ];
}

/**
 * What loads on customers' phones: one paid order each, to which somebody at a counter invited.
 * @returns {Caller}
 */
export function makePhones() {
  return {
    keyId: 'phones',
    secret: secret(),
    scopes: ['recharge-qr'],
    terminal: '0004401010F0',
  };
}

/** Who works here. The password is one for all, and stands on the page: it is play money. */
export const PASSWORD = '246810';

/** @type {readonly { personId: string, name: string, roles: import('quancun/server').Role[] }[]} */
export const PEOPLE = [
  { personId: 'wang', name: '王小路', roles: ['operator'] },
  { personId: 'li', name: '李班长', roles: ['operator', 'lead'] },
  { personId: 'zhao', name: '赵财务', roles: ['finance'] },
  { personId: 'sun', name: '孙管理', roles: ['administrator'] },
  { personId: 'zhou', name: '周管理', roles: ['administrator'] },
];
