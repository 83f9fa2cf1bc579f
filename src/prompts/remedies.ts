/** Remedies that several prompts share, first things first. */
import type { Hint } from '../errors.js';

/** What is left when nothing helped: always these words. */
export const LAST_OF_ALL: Hint = {
  en: 'Stop. Contact the administrator.',
  zh: '停止操作，联系管理员。',
};

/** A card that is not read. */
export const READING: readonly Hint[] = [
  { en: 'Unplug the charger.', zh: '确认未在充电，拔掉充电线。' },
  {
    en: 'Tap 读卡 (read) and look at the lights at the side: the upper one steady, the lower one blinking. Otherwise power off, wait 30 seconds, power on (no restart).',
    zh: '点【读卡】后看侧面指示灯：上灯常亮、下灯闪烁；否则关机，等待 30 秒后再开机（不是重启）。',
  },
  { en: 'Test it under 卡签检测 (card check).', zh: '在【卡签检测】中测试。' },
  { en: 'Try other cards, several of them.', zh: '换卡再试，多试几张。' },
  LAST_OF_ALL,
];

/** A server that is not reached. */
export const NETWORK: readonly Hint[] = [
  { en: 'Leave the page and come back.', zh: '退出当前页面，重新进入。' },
  { en: 'Check the network.', zh: '检查网络是否正常。' },
  {
    en: 'Change WiFi, 4G or hotspot; a phone that is the hotspot must make no calls.',
    zh: '更换 WiFi、4G 或热点；作热点的手机不要通话。',
  },
  { en: 'Log out and in again, or restart the terminal.', zh: '退出登录后重新登录，或重启终端。' },
  LAST_OF_ALL,
];
