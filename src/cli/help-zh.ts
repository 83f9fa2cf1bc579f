/**
 * The help in Chinese: texts by what they are in English, and what the option parser itself says.
 * A test holds it to every text of every command: none is missing, none is left over.
 */
import { type Command, Help } from 'commander';
import { SELECT_HELP, SELECT_HELP_ZH } from './options/select.js';

/** Descriptions of options, arguments and subcommands. Those of commands: `commands.ts`. */
export const HELP_ZH: Readonly<Record<string, string>> = {
  'listen on this port of 127.0.0.1 (0: any free one)':
    '在 127.0.0.1 的此端口提供服务（0：任选空闲端口）',
  'pages that stand elsewhere': '位于别处的文档目录',
  'an error code, or a status word in hex; `all` lists the codes':
    '错误码，或十六进制状态字；`all` 列出全部错误码',
  'let them count no more: of --terminal, of --card-number or --order, of --person, or --all':
    '不再计数：按 --terminal、--card-number、--order、--person 或 --all',
  'wrong passwords of this person instead of codes': '此人的密码错误次数（而非校验码）',
  "with --clear: everybody's codes": '与 --clear 同用：所有人的校验码',
  'a 3DES card (version 4x) or an SM4 card (version 5x)': '3DES 卡（4x 版本）或 SM4 卡（5x 版本）',
  'write the recorded, redacted session to this file': '把脱敏后的交互记录写入此文件',
  'one JSON object a line, nothing else on standard output':
    '标准输出每行一个 JSON 对象，别无其他内容',
  'language of the texts': '文字的语言',
  'sim: | sim:PROFILE.json | pcsc: | pcsc:READER | tcp:HOST:PORT | replay:FILE':
    'sim: | sim:档案.json | pcsc: | pcsc:读卡器 | tcp:主机:端口 | replay:文件',
  'show card number, plate and holder unmasked': '完整显示卡号、车牌与持卡人，不遮盖',
  'how many log records': '读取多少条记录',
  'the PIN, for cards that ask for it before their log': 'PIN（个别卡读记录前需校验）',
  'ascii or bcd, where the card does not take its PIN as its version says':
    'ascii 或 bcd：卡片的 PIN 编码与其版本不符时指定',
  [SELECT_HELP]: SELECT_HELP_ZH,
  'where the authority is': '服务端地址',
  'JSON: { "keyId", "secret" }': '凭据文件（JSON）：{ "keyId", "secret" }',
  'keeps payments that are not booked yet, for the next run; default: CREDENTIALS.intents':
    '保存尚未入账的收款，供下次使用；默认 CREDENTIALS.intents',
  'number of this terminal, 6 bytes': '本终端编号，6 字节',
  'PIN, sent to the card without asking; a wrong one costs a try':
    'PIN，不再询问直接送卡；错误会消耗一次机会',
  'amount in yuan, such as 100 or 100.00': '金额（元），如 100 或 100.00',
  'self (自营网点), bank (银行网点), or a name': 'self（自营网点）、bank（银行网点）或网点名称',
  'who took the payment: cash, pos, or the name of its provider':
    '收款方式：cash（现金）、pos 或支付渠道名称',
  'number of the payment taken; booked once, however often sent':
    '收款流水号；无论提交几次只入账一次',
  'books a payment that was taken, once': '补录已收的款，只入账一次',
  'number of the order, as recharge has told it': '订单号，充值时已显示',
  'its number, as it was taken': '收款流水号',
  'its amount in yuan, such as 100 or 100.00': '收款金额（元），如 100 或 100.00',
  'says that nothing was taken: look first': '声明未收款：请先核实',
  'such as 甘A12345; blanks, case and the middle dot do not matter':
    '如 甘A12345；空格、大小写与间隔点均不影响',
  '蓝, 黄, 黑, 白, 渐变绿 …, or its code': '蓝、黄、黑、白、渐变绿 …，或其代码',
  '充值记录: by plate, card, order, payment, state and day, at most 30 days apart':
    '充值记录：按车牌、卡号、订单号、支付流水、状态和日期查询，跨度不超过 30 天',
  '16 digits': '16 位数字',
  'the order of this number; needs no days': '此订单号；不需要日期',
  'provider:number; needs no days': '渠道:流水号；不需要日期',
  'such as HELD, or PAID,HELD': '如 HELD，或 PAID,HELD',
  'of this outlet: for an office': '此网点（后台用）',
  'made by this person: for an office': '此人办理（后台用）',
  'made in this shift: for an office': '此班次办理（后台用）',
  'YYYY-MM-DD, in China': '年-月-日（北京时间）',
  'YYYY-MM-DD, that day included': '年-月-日，含当日',
  'JSON: { "keyId", "secret" } of the back office': '后台凭据文件（JSON）：{ "keyId", "secret" }',
  'with --clear: those of this key id': '与 --clear 同用：此密钥标识的',
  'with --clear: those about this card, 16 digits': '与 --clear 同用：此卡号（16 位）的',
  'with --clear: wrong TACs for this order': '与 --clear 同用：此订单的错误 TAC',
  'with --clear: why; it is kept, with who said so': '与 --clear 同用：原因；连同操作人一并保存',
  'who does this, where persons are kept; the password is asked for':
    '操作人（启用人员登录时）；将询问密码',
  'one order with payments, attempts, slips, events': '一笔订单及其收款、写卡尝试、凭条与事件',
  'number of the order': '订单号',
  'gives an unpaid or unissued order up; what was paid for it is owed back':
    '取消未付款或未授权的订单；已付款转为应退',
  'for scripts: do it without asking': '脚本用：不再询问',
  'asks for a refund of an issued order: from now on only a probe of the card allows it':
    '为已授权的订单申请退款：此后须验卡才能退',
  'takes that back': '撤销退款申请',
  'books that the money is back with the customer: his own payment, or a surplus one':
    '登记款项已退给客户：原付款或多收的款',
  'provider:number of a surplus payment': '多收款的 渠道:流水号',
  'of a QR refund that its provider refuses for good: why by hand':
    '渠道确定拒绝的扫码退款：线下退款原因',
  "reports another issuer's load, which spent the counter of a held order":
    '登记其他发行方的圈存：它用掉了挂起订单的联机交易序号',
  "JSON: the other issuer's record of the load": '对方圈存记录（JSON）',
  'ends a frozen or held order by hand; done when a second person says the same':
    '人工了结冻结或挂起的订单；须第二人作相同确认',
  'resume, credited, refund, destroyed':
    'resume 恢复、credited 已到卡、refund 退款、destroyed 卡已销毁',
  'payments that are owed back and not given back yet': '应退而未退的款',
  'where the books and a payment provider differ': '账本与支付渠道不一致之处',
  'somebody has dealt with an entry of the worklist': '标记待办事项已处理',
  'the entry, as worklist shows it': '待办事项编号，见 worklist',
  'what was found and done': '查明的情况与处理结果',
  "holds a provider's bill against the books": '用渠道账单核对账本',
  'such as wechat or alipay': '如 wechat 或 alipay',
  'journals that the ledger knows': '账本登记的授权日志',
  'stop waiting for this one; two people have to say so': '不再等待此日志；须两人确认',
  '交班: what came in and went back, by outlet, person, shift and method':
    '交班：按网点、人员、班次与方式汇总收款与退款',
  'of this outlet': '此网点',
  'taken by this person': '此人收取',
  'taken in this shift': '此班次收取',
  'what was counted, such as cash=1234.50,pos=100': '清点结果，如 cash=1234.50,pos=100',
  'a day of an outlet: closed, or what it comes to now': '网点某日：已日结的结果，或当前合计',
  'as the orders have it': '与订单中的写法一致',
  'closed days, newest first': '已日结的日期，最近的在前',
  'YYYY-MM-DD': '年-月-日',
  '日结: closes a day, once and for ever': '日结：结清一日，只能一次，不可更改',
  'YYYY-MM-DD, in China; days are closed in order': '年-月-日（北京时间）；须按日期顺序日结',
  'why it differs from the books; a second person approves': '与账面不符的原因；须第二人批准',
  "a closed day's difference, found since: 2026-11-23,cash,-50.00,REASON":
    '日结后查明的差额：2026-11-23,cash,-50.00,原因',
  'the second person: says the same as the first': '第二人：作与第一人相同的确认',
  'the postings of a closed day, as a file': '把已日结一日的分录导出为文件',
  'a file that is not there yet': '尚不存在的文件',
  'csv or jsonl': 'csv 或 jsonl',
  'JSON: any of these, by name in camelCase': '配置文件（JSON）：以下任一选项，名称用驼峰式',
  'sqlite:FILE (one process) or postgres://… (any number)':
    'sqlite:文件（单进程）或 postgres://…（可多进程）',
  'holds the password of a postgres:// database': '保存 postgres:// 数据库密码的文件',
  'JSON: { "hsm": test keys, or "pkcs11": a token; "terminals": [ … ] }':
    '密钥文件（JSON）：{ "hsm": 测试密钥，或 "pkcs11": 令牌；"terminals": [ … ] }',
  'issuance journal; on another disk than the database': '授权日志；须与数据库不在同一磁盘',
  'the journal is new on purpose, though the ledger has another':
    '有意启用新日志，尽管账本已登记另一份',
  'JSON: the QR payment providers, with their key files': '扫码支付渠道及其密钥文件（JSON）',
  'sole: nobody else can load these cards (default: shared)':
    'sole：别无他方能给这些卡圈存（默认 shared）',
  'listen on this TCP port (0: any free one; default: 8080)':
    '监听此 TCP 端口（0：任一空闲端口；默认 8080）',
  'listen on this address (default: 127.0.0.1)': '监听此地址（默认 127.0.0.1）',
  'metrics, and why it is not ready, on this port alone': '仅在此端口提供指标与未就绪原因',
  'address of the admin port (default: 127.0.0.1)': '管理端口的地址（默认 127.0.0.1）',
  'pages of these origins may ask, by commas (default: none)':
    '允许这些来源的网页访问，用逗号分隔（默认无）',
  'the page of this origin is served at /counter, by --counter-key':
    '此来源的网页经 /counter 访问，由 --counter-key 签名',
  'key id of the device that signs for it; its entry has "persons": true':
    '代为签名的设备密钥标识；其条目须有 "persons": true',
  'goes on for so long after SIGTERM, not ready any more (default: 0)':
    '收到 SIGTERM 后继续服务多久，其间报告未就绪（默认 0）',
  'requests inside before new orders are sent away (default: 512)':
    '同时处理的请求上限，超出则拒收新订单（默认 512）',
  'every person, with roles': '全部人员及其角色',
  'as serve has it; a SQLite file while its server is stopped':
    '与 serve 相同；SQLite 文件须在服务停止时使用',
  'one more person; the password is asked for': '新增人员；将询问密码',
  'as slips and screens show it': '凭条与屏幕上显示的名称',
  'operator,lead,finance,administrator,auditor':
    'operator 操作员、lead 班长、finance 财务、administrator 管理员、auditor 审计',
  'a new password; it unlocks, and ends sessions': '设置新密码；同时解锁并结束其登录',
  'kept out from now on; ends sessions': '停用；结束其登录',
  'let in again': '重新启用',
  'other roles; ends sessions': '更改角色；结束其登录',
  'with --give-up: the key file of serve, which knows who may':
    '与 --give-up 同用：serve 的密钥文件，用以确认权限',
  'with --give-up: JSON: { "keyId", "secret" } of an office':
    '与 --give-up 同用：后台凭据文件（JSON）：{ "keyId", "secret" }',
  'with --give-up, where persons are kept; the password is asked for':
    '与 --give-up 同用：操作人（启用人员登录时）；将询问密码',
  'sqlite:FILE': 'sqlite:文件',
  'sqlite:FILE, or postgres://…': 'sqlite:文件，或 postgres://…',
  'a journal of this ledger; as often as there are journals': '此账本的一份授权日志；有几份写几次',
  'ID:LINE:HEAD, as kept elsewhere': 'ID:行号:摘要，取自另行保存处',
  'the ledger is a copy: its journals may have gone on since': '账本是副本：其后日志可能又有增加',
  'print where each journal stands, to be kept elsewhere, and no more':
    '只输出各日志的当前位置，供另行保存',
  'JSON lines with their hash chain; no card number is in them': '带哈希链的 JSON 行；其中没有卡号',
  'as serve has it; of a served SQLite file, a copy of it':
    '与 serve 相同；正在服务的 SQLite 文件请用其副本',
  'checks an exported trail: no database, no key': '核验导出的审计记录：不需要数据库与密钥',
  'as the export printed it, kept elsewhere': '导出时显示的摘要，取自另行保存处',
  'listen on this TCP port (0: any free one)': '监听此 TCP 端口（0：任一空闲端口）',
  'plug the card into a virtual PC/SC reader (vpcd)': '把卡放入虚拟 PC/SC 读卡器（vpcd）',
  'listen on this address': '监听此地址',
  '3des-4x | sm4-5x | pass-card': '3des-4x | sm4-5x | pass-card（通行卡）',
  'opening balance of a new card': '新卡的初始余额（元）',
  'card profile (JSON): how this card behaves at the edges':
    '卡片档案（JSON）：此卡在边界条件下的行为',
  'keep the card in this file: read at start, written after each change':
    '把卡片保存在此文件：启动时读取，每次变化后写入',
  'behave as a T=0 card: 61xx and 6Cxx': '按 T=0 卡应答：61xx 与 6Cxx',
  'HTTP on this machine: tear, spend, swap, expire, lock, reset, look':
    '本机 HTTP 控制端口：拔卡、消费、换卡、过期、锁定、复位、查看',
  'GET BALANCE': '读余额（GET BALANCE）',
  'JSON with cipher, loadKey, tacKey, purchaseKey, pin, pinForm, keyIndex':
    '密钥文件（JSON）：cipher、loadKey、tacKey、purchaseKey、pin、pinForm、keyIndex',
  'electronic purse (电子钱包) or deposit (电子存折)': '电子钱包（ep）或电子存折（ed）',
  'INITIALIZE FOR LOAD, verify MAC1, make MAC2, CREDIT FOR LOAD, verify the TAC':
    '圈存初始化、验证 MAC1、计算 MAC2、圈存、验证 TAC',
  'terminal number, 6 bytes': '终端编号，6 字节',
  'transaction date (default: today)': '交易日期（默认今天）',
  'transaction time (default: now)': '交易时间（默认当前）',
  'INITIALIZE FOR PURCHASE, make MAC1, DEBIT FOR PURCHASE, verify MAC2 and TAC':
    '消费初始化、计算 MAC1、消费、验证 MAC2 与 TAC',
  'terminal transaction number': '终端交易序号',
  'what became of a load that was torn: proof, balance, log, counter; moves no money':
    '查明中断的圈存：交易证明、余额、记录、联机交易序号；不动资金',
  'the online counter that INITIALIZE showed': '圈存初始化时的联机交易序号',
  'the balance before the load, as the card said it': '圈存前卡片报告的余额',
  'GET TRANSACTION PROVE for one transaction type and counter':
    '按交易类型与序号取交易证明（GET TRANSACTION PROVE）',
  'transaction counter; cards disagree: try n + 1, then n':
    '交易序号；各卡不一：先试 n + 1，再试 n',
  'transaction type: 2 load, 6 purchase, 9 compound purchase':
    '交易类型：2 圈存、6 消费、9 复合消费',
  'the records of EF 0018': 'EF 0018 交易记录',
  'command APDU in hex; blanks are allowed inside quotes': '十六进制 APDU 指令；加引号时可含空格',
  'its response, with the status word': '其应答，含状态字',
  "the card's keys, as for purse": '卡片密钥文件，同 purse',
  'a trace: # facts, => command, <= response': '交互记录：# 说明、=> 指令、<= 应答',
  'vector files of the form quancun-vectors/1': 'quancun-vectors/1 格式的测试向量文件',
  'the PIN; presented as it is, and never tried again when wrong': 'PIN；原样送卡，错误时不再尝试',
  'index of the load key (default: 65 on cards of version 5x, else 1)':
    '圈存密钥索引（5x 版本卡默认 65，其他为 1）',
  'INITIALIZEs to judge the random numbers by; 10000 to trust them':
    '用多少次初始化判断随机数质量；可信须 10000 次',
  'JSON with cipher and loadKey of this card, for --spend':
    '此卡的 cipher 与 loadKey（JSON），供 --spend 使用',
  'load up to three times 0.01 yuan, and risk one wrong MAC2 at a time':
    '至多圈存三次 0.01 元，每次冒一次错误 MAC2 的风险',
  'write the profile here: for sim --profile and --card sim:FILE':
    '把卡片档案写入此文件：供 sim --profile 与 --card sim:FILE 使用',
  'more than a million states: what every release has passed': '一百万以上状态：每次发布都须通过',
  'walk on for this long': '持续运行这么久',
  'where a failure is written down': '失败情形写入何处',
  'tell a written story again': '重放已写下的情形',
};

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Options:': '选项：',
  'Commands:': '命令：',
  'Arguments:': '参数：',
};

/** What it adds to an option. */
const EXTRAS: readonly (readonly [RegExp, string])[] = [
  [/(?<=[(, ])choices: /, '可选：'],
  [/(?<=[(, ])default: /, '默认：'],
];

/** What the option parser says when the words are wrong. */
const ERRORS: readonly (readonly [RegExp, string])[] = [
  [/^error: unknown option '(.+)'/, '错误：没有选项 $1'],
  [/^error: unknown command '(.+)'/, '错误：没有命令 $1'],
  [/^error: required option '(.+)' not specified/, '错误：缺少必需的选项 $1'],
  [/^error: missing required argument '(.+)'/, '错误：缺少参数 $1'],
  [/^error: option '(.+)' argument missing/, '错误：选项 $1 缺少值'],
  [
    /^error: option '(.+)' argument '(.*)' is invalid\. Allowed choices are (.+)\./,
    '错误：选项 $1 的值 $2 无效，可选：$3',
  ],
  [
    /^error: too many arguments(?: for '(?:.+)')?\. Expected (\d+) arguments? but got (\d+).*/,
    '错误：参数过多，应为 $1 个，实为 $2 个',
  ],
  [/\(Did you mean one of (.+)\?\)/, '（是否要用 $1？）'],
  [/\(Did you mean (.+)\?\)/, '（是否要用 $1？）'],
];

/** Puts a command and all below it into Chinese; before it is parsed. */
export function speakChinese(command: Command): void {
  command
    .helpOption('-h, --help', '显示帮助')
    .configureHelp({
      sortSubcommands: false,
      styleTitle: (title) => TITLES[title] ?? title,
      optionDescription: (option) =>
        EXTRAS.reduce(
          (said, [english, chinese]) => said.replace(english, chinese),
          new Help().optionDescription(option),
        ),
    })
    .configureOutput({
      outputError: (text, write) => {
        write(ERRORS.reduce((said, [pattern, chinese]) => said.replace(pattern, chinese), text));
      },
    });
  for (const part of [...command.options, ...command.registeredArguments]) {
    part.description = HELP_ZH[part.description] ?? part.description;
  }
  if (command.commands.length > 0) command.helpCommand('help [command]', '显示某个命令的帮助');
  for (const one of command.commands) {
    one.description(HELP_ZH[one.description()] ?? one.description());
    speakChinese(one);
  }
}
