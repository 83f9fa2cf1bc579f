/** Which address is which screen. Counter screens need the reader; each screen loads by itself. */
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router';
import { COUNTER_SCREENS } from '../screens/counter/routes.js';
import { OFFICE_SCREENS } from '../screens/office/routes.js';
import { SLIP_SCREENS } from '../slips/routes.js';
import { matters } from './leave.js';
import { site } from './site.js';

const routes: RouteRecordRaw[] = [
  ...COUNTER_SCREENS,
  ...OFFICE_SCREENS,
  ...SLIP_SCREENS,
  { path: '/:rest(.*)*', redirect: '/' },
];

export const router = createRouter({ history: createWebHashHistory(), routes });

// From taking to comparing there is no way back. A desk has no reader, and begins with its list.
router.beforeEach(({ path }) => {
  if (matters.value) return false;
  return path === '/' && site().kind === 'office' ? '/office' : true;
});
