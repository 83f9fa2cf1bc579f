/** Texts that every screen shares. */
import type { Text } from './index.js';

export const APP_TEXTS = {
  'app.title': { zh: 'ETC 充值柜台', en: 'ETC counter' },
  'app.language': { zh: 'English', en: '中文' },
  'app.back': { zh: '返回', en: 'Back' },
  'app.home': { zh: '首页', en: 'Home' },
  'app.close': { zh: '关闭', en: 'Close' },
  'app.cancel': { zh: '取消', en: 'Cancel' },
  'app.confirm': { zh: '确认', en: 'Confirm' },
  'app.yuan': { zh: '元', en: 'yuan' },
  'app.none': { zh: '无', en: 'none' },
  'app.working': { zh: '正在处理…', en: 'Working …' },
  'app.leaving': {
    zh: '正在收款或写卡，离开会中断操作。',
    en: 'Money is being taken or the card written: leaving interrupts it.',
  },
  'app.otherTab': {
    zh: '本机读卡器正由另一个标签页使用。请回到那个标签页，或将其关闭后在此继续。',
    en: 'Another tab has this reader. Go back to it, or close it and go on here.',
  },
  'who.customer': { zh: '客户', en: 'customer' },
  'who.operator': { zh: '操作员', en: 'operator' },
  'who.administrator': { zh: '管理员', en: 'administrator' },
  'login.title': { zh: '登录 / 接班', en: 'Log in' },
  'login.person': { zh: '工号', en: 'Person id' },
  'login.password': { zh: '密码', en: 'Password' },
  'login.enter': { zh: '登录', en: 'Log in' },
  'login.unlock': { zh: '解锁', en: 'Unlock' },
  'login.locked': { zh: '已锁定，请 {name} 输入密码', en: 'Locked: {name} enters the password' },
  'login.hint': { zh: '演示人员（密码 {password}）', en: 'Demo people (password {password})' },
  'login.logout': { zh: '退出', en: 'Log out' },
} as const satisfies Readonly<Record<string, Text>>;
