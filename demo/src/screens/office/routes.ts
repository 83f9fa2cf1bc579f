/** The office: 待办, 对账, 审批, and the board. */
import type { RouteRecordRaw } from 'vue-router';

export const OFFICE_SCREENS: RouteRecordRaw[] = [];
