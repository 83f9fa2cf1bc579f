/**
 * Every command, so that the list of them loads none: `--help` is what people start most often. A
 * command's own file says the same in English; a test holds the two together.
 */
import type { Command } from 'commander';

/** A command that is loaded when it is asked for. */
export interface ListedCommand {
  /** Its name and arguments, as its own file has them. */
  readonly usage: string;
  readonly does: { readonly en: string; readonly zh: string };
  /** Its file: registers it, and may register others beside it. */
  load(): Promise<(program: Command) => void>;
}

/** In the order of the help. */
export const COMMANDS: readonly ListedCommand[] = [
  {
    usage: 'demo',
    does: {
      en: 'the whole story on a simulated card: recharge, pull the card out, repair it by 圈存',
      zh: '在模拟卡上演示全过程：充值、写卡时拔卡、圈存补写',
    },
    load: async () => (await import('./demo/demo.js')).registerDemo,
  },
  {
    usage: 'docs',
    does: {
      en: 'the pages of this package in a browser, offline; runs until it is stopped',
      zh: '在浏览器中阅读全部文档，离线，中文优先',
    },
    load: async () => (await import('./docs/docs.js')).registerDocs,
  },
  {
    usage: 'explain <code>',
    does: {
      en: 'what an error code or a status word means, what to do, and who; offline',
      zh: '说明错误码或状态字：含义、如何处理、由谁处理、资金是否变动',
    },
    load: async () => (await import('./explain/explain-command.js')).registerExplain,
  },
  {
    usage: 'read',
    does: {
      en: 'read a card: number, plate, kind, validity, balance, holder, last records',
      zh: '读卡：卡号、车牌、卡种、有效期、余额、持卡人、最近记录',
    },
    load: async () => (await import('./read.js')).registerRead,
  },
  {
    usage: 'recharge',
    does: { en: '充值: order, payment, load, check', zh: '充值：建单、收款、写卡、核对' },
    load: async () => (await import('./recharge.js')).registerRecharge,
  },
  {
    usage: 'load',
    does: {
      en: '圈存: finish the open order of the card',
      zh: '圈存：完成读卡器中这张卡的未完成订单',
    },
    load: async () => (await import('./recharge.js')).registerLoad,
  },
  {
    usage: 'payment',
    does: {
      en: 'what was found out about a payment afterwards: no card, and no money is taken',
      zh: '事后查明的收款：不用卡，也不收款',
    },
    load: async () => (await import('./payment.js')).registerPayment,
  },
  {
    usage: 'orders',
    does: {
      en: '充值记录: by plate, card, order, payment, state and day, at most 30 days apart',
      zh: '充值记录：按车牌、卡号、订单号、支付流水、状态和日期查询，跨度不超过 30 天',
    },
    load: async () => (await import('./orders.js')).registerOrders,
  },
  {
    usage: 'limits',
    does: {
      en: 'wrong codes of the last 24 hours, wrong passwords of a person, and clearing them',
      zh: '最近 24 小时的错误校验码、某人的密码错误次数，以及清除',
    },
    load: async () => (await import('./limits.js')).registerLimits,
  },
  {
    usage: 'office',
    does: {
      en: '后台: orders, refunds, work and days of all outlets, with a key of the back office',
      zh: '后台：全部网点的订单、退款、待办与日结（需后台密钥）',
    },
    load: async () => (await import('./office/office.js')).registerOffice,
  },
  {
    usage: 'serve',
    does: {
      en: 'the authority over HTTP; its description is at /openapi.json',
      zh: 'HTTP 服务端；接口说明在 /openapi.json',
    },
    load: async () => (await import('./serve/serve.js')).registerServe,
  },
  {
    usage: 'persons',
    does: {
      en: '人员: who may log in at devices, in the database of serve',
      zh: '人员：谁可以在终端登录，保存在 serve 的数据库中',
    },
    load: async () => (await import('./persons.js')).registerPersons,
  },
  {
    usage: 'journal',
    does: {
      en: 'the journals of a ledger, and giving up one that is lost for good',
      zh: '账本的授权日志，以及作废确已丢失的日志',
    },
    load: async () => (await import('./journal.js')).registerJournal,
  },
  {
    usage: 'backup',
    does: {
      en: 'a copy of a SQLite ledger, whole also while its server works',
      zh: '复制 SQLite 账本，服务运行时也完整',
    },
    load: async () => (await import('./backup.js')).registerBackup,
  },
  {
    usage: 'verify',
    does: {
      en: 'checks a ledger with its journals, offline; changes nothing',
      zh: '离线核对账本与授权日志，不作任何修改',
    },
    load: async () => (await import('./verify.js')).registerVerify,
  },
  {
    usage: 'audit',
    does: { en: 'the audit trail as a file, and a check of it', zh: '导出审计记录，以及核验' },
    load: async () => (await import('./audit.js')).registerAudit,
  },
  {
    usage: 'test-keys <folder>',
    does: {
      en: "keys of the simulated cards, and a fresh terminal's credentials, as files",
      zh: '生成模拟卡密钥文件与终端凭据文件',
    },
    load: async () => (await import('./test-keys.js')).registerTestKeys,
  },
  {
    usage: 'sim',
    does: {
      en: 'a simulated ETC card for others; runs until it is stopped',
      zh: '供其他程序使用的模拟 ETC 卡；运行至停止',
    },
    load: async () => (await import('./sim.js')).registerSim,
  },
  {
    usage: 'purse',
    does: {
      en: 'tools: one purse operation on any e-purse card, with keys from a file',
      zh: '调试工具：对任意电子钱包卡执行一次操作，密钥取自文件',
    },
    load: async () => (await import('./purse/purse.js')).registerPurse,
  },
  {
    usage: 'apdu <command> [response]',
    does: {
      en: 'explain a command APDU and its response, given in hex',
      zh: '解释一条十六进制 APDU 指令及其应答',
    },
    load: async () => (await import('./explain/apdu.js')).registerApdu,
  },
  {
    usage: 'trace <file>',
    does: {
      en: 'explain a recorded session; with keys, recompute every cryptogram in it',
      zh: '解释交互记录；给出密钥时重算其中每个校验码',
    },
    load: async () => (await import('./explain/trace.js')).registerTrace,
  },
  {
    usage: 'vectors <file...>',
    does: {
      en: "run vector files through the library's own parsers and formulas",
      zh: '用本库的解析与公式运行测试向量文件',
    },
    load: async () => (await import('./vectors.js')).registerVectors,
  },
  {
    usage: 'conformance',
    does: {
      en: 'what a card does at the edges: a card profile as JSON; moves no money by itself',
      zh: '探查卡片在边界条件下的行为，输出卡片档案（JSON）；本身不动资金',
    },
    load: async () => (await import('./conformance.js')).registerConformance,
  },
  {
    usage: 'prove',
    does: {
      en: 'walks the load protocol through everything that can happen, to the end',
      zh: '穷举圈存协议的全部可能情形，逐一走到结束',
    },
    load: async () => (await import('./prove.js')).registerProve,
  },
];
