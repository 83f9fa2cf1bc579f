/** Rows of the transports: what can become of a command on its way to a card. */
import type { ErrorRow } from '../error-row.js';

export const TRANSPORT_LOST: ErrorRow<'TRANSPORT_LOST'> = {
  code: 'TRANSPORT_LOST',
  en: 'The card was lost: removed, out of the field, or the connection broke',
  zh: '卡片已离开：被取出、离开感应区或连接中断',
  hint: {
    en: 'Present the card again. If a load was going on, finish it by load (圈存); never start over with a new payment.',
    zh: '请重新放卡；如正在写卡，请通过圈存完成，不要重新收款。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const TRANSPORT_TIMEOUT: ErrorRow<'TRANSPORT_TIMEOUT'> = {
  code: 'TRANSPORT_TIMEOUT',
  en: 'The card did not answer within {timeoutSeconds} seconds',
  zh: '卡片 {timeoutSeconds} 秒未应答',
  hint: {
    en: 'Present the card again. If a load was going on, finish it by load (圈存); never start over with a new payment.',
    zh: '请重新放卡；如正在写卡，请通过圈存完成，不要重新收款。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const TRANSPORT_ABORTED: ErrorRow<'TRANSPORT_ABORTED'> = {
  code: 'TRANSPORT_ABORTED',
  en: 'The exchange was cancelled',
  zh: '本次交互已被取消',
  hint: {
    en: 'Present the card again. If a load was going on, finish it by load (圈存); never start over with a new payment.',
    zh: '请重新放卡；如正在写卡，请通过圈存完成，不要重新收款。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const TRANSPORT_CLOSED: ErrorRow<'TRANSPORT_CLOSED'> = {
  code: 'TRANSPORT_CLOSED',
  en: 'The connection to the card was closed',
  zh: '与卡片的连接已关闭',
  hint: {
    en: 'Connect again.',
    zh: '请重新连接。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const TRANSPORT_CONNECT: ErrorRow<'TRANSPORT_CONNECT'> = {
  code: 'TRANSPORT_CONNECT',
  en: 'The reader or card at {address} cannot be reached',
  zh: '无法连接 {address} 的读卡器或卡片',
  hint: {
    en: 'Check address and port, and that the other side is running.',
    zh: '请检查地址与端口，并确认对方已启动。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const TRANSPORT_BUSY: ErrorRow<'TRANSPORT_BUSY'> = {
  code: 'TRANSPORT_BUSY',
  en: 'The card is being read or written',
  zh: '正在读写卡',
  hint: {
    en: 'Wait a moment.',
    zh: '请稍候。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const TRANSPORT_TOO_LONG: ErrorRow<'TRANSPORT_TOO_LONG'> = {
  code: 'TRANSPORT_TOO_LONG',
  en: 'A command of {size} bytes is too long for this host',
  zh: '命令长 {size} 字节，超过本机上限',
  hint: {
    en: 'Use short commands; what a load needs fits every host.',
    zh: '请使用短命令；圈存所需命令均不会超长。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: true,
  retry: 'never',
};

export const TRANSPORT_DENIED: ErrorRow<'TRANSPORT_DENIED'> = {
  code: 'TRANSPORT_DENIED',
  en: 'The host does not let this app reach the card ({host}: {hostCode})',
  zh: '系统不允许访问卡片（{host}：{hostCode}）',
  hint: {
    en: 'Switch NFC or the reader on, and give the app its permission; the code is the host’s own.',
    zh: '请打开 NFC 或读卡器，并授予应用权限；括号内为系统错误码。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const TRANSPORT_FRAME: ErrorRow<'TRANSPORT_FRAME'> = {
  code: 'TRANSPORT_FRAME',
  en: 'The other side sent a frame that breaks the protocol: {problem}',
  zh: '对方发送的数据帧不符合协议',
  hint: {
    en: 'Check that a card and not another service listens there.',
    zh: '请确认该端口上是卡片而不是其他服务。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const TRANSPORT_CHAIN: ErrorRow<'TRANSPORT_CHAIN'> = {
  code: 'TRANSPORT_CHAIN',
  en: 'The card announced more data than a load takes',
  zh: '卡片声明的后续数据过多',
  hint: {
    en: 'The card or reader is faulty. Present the card again. If a load was going on, finish it by load (圈存); never start over with a new payment.',
    zh: '卡片或读卡器异常。请重新放卡；如正在写卡，请通过圈存完成，不要重新收款。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const BOX_REFUSED: ErrorRow<'BOX_REFUSED'> = {
  code: 'BOX_REFUSED',
  en: 'The Bluetooth box refused a message (status {status})',
  zh: '蓝牙盒子拒绝了请求（状态 {status}）',
  hint: {
    en: 'Check that the card is in the box and the box is on. If a load was going on, finish it by load (圈存).',
    zh: '请检查卡片是否插好、盒子是否开机；如正在写卡，请通过圈存完成。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const PCSC_UNAVAILABLE: ErrorRow<'PCSC_UNAVAILABLE'> = {
  code: 'PCSC_UNAVAILABLE',
  en: 'The PC/SC service does not answer ({problem})',
  zh: '读卡器服务（PC/SC）不可用',
  hint: {
    en: 'Start it: on Linux pcscd, on Windows the service "Smart Card".',
    zh: '请启动服务：Linux 为 pcscd，Windows 为“智能卡”服务。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const READER_ABSENT: ErrorRow<'READER_ABSENT'> = {
  code: 'READER_ABSENT',
  en: 'The card reader is not there (wanted: {reader}; there are: {readers})',
  zh: '没有找到读卡器（需要：{reader}；现有：{readers}）',
  hint: {
    en: 'Plug the reader in, and check its name and its driver.',
    zh: '请连接读卡器，并检查名称与驱动。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const CARD_ABSENT: ErrorRow<'CARD_ABSENT'> = {
  code: 'CARD_ABSENT',
  en: 'No card is in the reader, or it does not answer ({reader})',
  zh: '未读到卡片（{reader}）',
  hint: {
    en: 'Unplug the charger, wipe the chip, put the card in again. If other cards fail too, power off, wait 30 seconds, power on (no restart).',
    zh: '拔掉充电线、擦净芯片、重新插卡；换卡也读不出，关机等 30 秒再开机（不是重启）。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'safe',
};

export const CARD_IN_USE: ErrorRow<'CARD_IN_USE'> = {
  code: 'CARD_IN_USE',
  en: 'Another program is using the card',
  zh: '其他程序正在使用该卡片',
  hint: {
    en: 'Close the other program, then try again.',
    zh: '请关闭其他程序后重试。',
  },
  money: 'untouched',
  actor: 'operator',
  stop: false,
  retry: 'after',
};

export const REPLAY_MISMATCH: ErrorRow<'REPLAY_MISMATCH'> = {
  code: 'REPLAY_MISMATCH',
  en: 'Exchange {exchange} of the recording is another command',
  zh: '录制的第 {exchange} 次交互是另一条命令',
  hint: {
    en: 'Record the session again with this version.',
    zh: '请用当前版本重新录制。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const REPLAY_ENDED: ErrorRow<'REPLAY_ENDED'> = {
  code: 'REPLAY_ENDED',
  en: 'The recording ends after {exchange} exchanges',
  zh: '录制在第 {exchange} 次交互后结束',
  hint: {
    en: 'Record a longer session.',
    zh: '请重新录制更完整的会话。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const TRACE_MALFORMED: ErrorRow<'TRACE_MALFORMED'> = {
  code: 'TRACE_MALFORMED',
  en: 'Line {line} of the trace cannot be read',
  zh: '会话记录第 {line} 行无法识别',
  hint: {
    en: 'A trace has lines that begin with "# ", "=> " or "<= ".',
    zh: '每行应以 "# "、"=> " 或 "<= " 开头。',
  },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};

export const VISIT_TOO_LONG: ErrorRow<'VISIT_TOO_LONG'> = {
  code: 'VISIT_TOO_LONG',
  en: 'The visit took more steps than a load takes',
  zh: '本次操作步骤过多，已停止',
  hint: {
    en: 'Take the card out, put it back and load (圈存).',
    zh: '请取出卡片后重新放入并圈存。',
  },
  money: 'in-doubt',
  actor: 'operator',
  stop: false,
  retry: 'once',
};

export const FAULT_INVALID: ErrorRow<'FAULT_INVALID'> = {
  code: 'FAULT_INVALID',
  en: 'Fault [{at}] of the plan is none: it needs an exchange from 1 and a kind: {kinds}',
  zh: '计划中的故障 [{at}] 无效：exchange 应为不小于 1 的整数，kind 应为：{kinds}',
  hint: { en: 'Correct the plan.', zh: '请更正故障计划。' },
  money: 'untouched',
  actor: 'administrator',
  stop: false,
  retry: 'after',
};
