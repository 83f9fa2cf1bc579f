/** Slips, and finishing a held order somewhere else. */
import type { RouteRecordRaw } from 'vue-router';

export const SLIP_SCREENS: RouteRecordRaw[] = [
  { path: '/slip/:orderId', component: () => import('./SlipScreen.vue') },
  { path: '/finish', component: () => import('./FinishScreen.vue') },
  { path: '/invite/:orderId', component: () => import('./InviteScreen.vue') },
];
