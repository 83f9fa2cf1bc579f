/** The office: 待办, 对账, 审批, and the board. */
import type { RouteRecordRaw } from 'vue-router';

export const OFFICE_SCREENS: RouteRecordRaw[] = [
  { path: '/office', component: () => import('./WorklistScreen.vue') },
  { path: '/office/days', component: () => import('./DaysScreen.vue') },
  { path: '/office/approve', component: () => import('./ApproveScreen.vue') },
  { path: '/office/orders/:orderId', component: () => import('./OrderScreen.vue') },
  { path: '/board', component: () => import('../../board/BoardScreen.vue') },
];
