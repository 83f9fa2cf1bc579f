/** Rows of cards far away. */
import type { ErrorRow } from '../error-row.js';

export const REMOTE_SESSION_UNKNOWN: ErrorRow<'REMOTE_SESSION_UNKNOWN'> = {
  code: 'REMOTE_SESSION_UNKNOWN',
  en: 'The server knows no such session of a remote card',
  zh: '服务器没有该远程读卡会话',
  hint: {
    en: 'Take the card out and put it in again: the terminal then opens a new session.',
    zh: '请取出卡片后重新放入，由终端建立新会话。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const REMOTE_TAKEN_OVER: ErrorRow<'REMOTE_TAKEN_OVER'> = {
  code: 'REMOTE_TAKEN_OVER',
  en: 'This card is being served somewhere else',
  zh: '另一处正在办理该卡',
  hint: {
    en: 'Finish it there. If nobody goes on, load (圈存) here; take no money again.',
    zh: '请在那一处完成；无人继续时在本机圈存，不要重新收款。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const REMOTE_DRIVEN: ErrorRow<'REMOTE_DRIVEN'> = {
  code: 'REMOTE_DRIVEN',
  en: 'Another server process drives this remote card, and is alive',
  zh: '该远程卡片正由其他服务进程操作，且该进程仍在运行',
  hint: {
    en: 'Leave the card to the other process: nothing was sent to it from here.',
    zh: '请由该进程继续；本进程未向卡片发送任何命令。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const REMOTE_DRIVER_GONE: ErrorRow<'REMOTE_DRIVER_GONE'> = {
  code: 'REMOTE_DRIVER_GONE',
  en: 'The server’s program no longer goes on with this remote card: it failed, fell silent, or asked nothing for too long',
  zh: '服务器程序已不再操作该远程卡片：程序出错、失去响应或长时间没有指令',
  hint: {
    en: 'Take no money again. Take the card out, put it back and load (圈存); if that fails too, call the administrator of the server.',
    zh: '请勿重复收款。请取出卡片后重新放入并圈存；如仍失败，请联系服务器管理员。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const REMOTE_INSTANCE: ErrorRow<'REMOTE_INSTANCE'> = {
  code: 'REMOTE_INSTANCE',
  en: 'This session number was opened by another start of a terminal: nothing of it runs here',
  zh: '该会话号由终端的另一次启动建立，本次启动不执行其任何步骤',
  hint: {
    en: 'Let each start of a terminal choose a session number of its own. If a load was going on, finish it by 圈存 (load); take no money again.',
    zh: '终端每次启动应使用新的会话号。如此前正在写卡，请通过圈存完成，不要重新收款。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};

export const REMOTE_STEP: ErrorRow<'REMOTE_STEP'> = {
  code: 'REMOTE_STEP',
  en: 'Step {step} is neither the newest of the session ({newest}) nor the next one',
  zh: '步骤 {step} 既不是会话的最新步骤（{newest}），也不是下一步',
  hint: {
    en: 'Continue from the newest step; a step that is over is not done again.',
    zh: '请从最新步骤继续；已结束的步骤不会重做。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const REMOTE_REFUSED_UNSIGNED: ErrorRow<'REMOTE_REFUSED_UNSIGNED'> = {
  code: 'REMOTE_REFUSED_UNSIGNED',
  en: 'The answer refuses ({said}) but is not signed: it need not be the server’s',
  zh: '应答表示拒绝（{said}）但没有签名，不一定来自服务器',
  hint: {
    en: 'Check key id, secret and clock of this terminal. If a load was going on, finish it by load (圈存); take no money again.',
    zh: '请检查本终端的密钥编号、密钥与时钟。如正在写卡，请通过圈存完成，不要重新收款。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};
