/** The operator's screens. */
import type { RouteRecordRaw } from 'vue-router';

export const COUNTER_SCREENS: RouteRecordRaw[] = [
  { path: '/', component: () => import('./HomeScreen.vue') },
  { path: '/recharge', component: () => import('./RechargeScreen.vue') },
  { path: '/records', component: () => import('./RecordsScreen.vue') },
  { path: '/inspect', component: () => import('./InspectScreen.vue') },
  { path: '/shift', component: () => import('./ShiftScreen.vue') },
  { path: '/settings', component: () => import('./SettingsScreen.vue') },
];
