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
  en: 'Another server process has taken this remote card over',
  zh: '该远程卡片已由其他服务进程接管',
  hint: {
    en: 'Leave the card to the other process; if nobody goes on, load (圈存).',
    zh: '请由接管的进程继续；若无人继续，请通过圈存完成。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
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
    en: 'Check key id, secret and clock of this terminal. If a load was going on, finish it by 圈存 (load); take no money again.',
    zh: '请检查本终端的密钥编号、密钥与时钟。如正在写卡，请通过圈存完成，不要重新收款。',
  },
  money: 'in-doubt',
  actor: 'administrator',
  stop: true,
  retry: 'after',
};
