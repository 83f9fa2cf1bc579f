/** Which address is which screen. Counter screens need the reader; each screen loads by itself. */
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router';
import { COUNTER_SCREENS } from '../screens/counter/routes.js';
import { OFFICE_SCREENS } from '../screens/office/routes.js';
import { matters } from './leave.js';

const routes: RouteRecordRaw[] = [
  ...COUNTER_SCREENS,
  ...OFFICE_SCREENS,
  { path: '/:rest(.*)*', redirect: '/' },
];

export const router = createRouter({ history: createWebHashHistory(), routes });

// From taking to comparing there is no way back.
router.beforeEach(() => !matters.value);
