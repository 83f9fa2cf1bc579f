/** What stands beside the pages: sections, and in each the pages in the order of reading. */

/**
 * @typedef {readonly [en: string, zh: string, place: string]} NavItem `place` without language
 * @typedef {object} NavSection
 * @property {string} en
 * @property {string} zh
 * @property {readonly NavItem[]} items
 */

/** @type {readonly NavSection[]} */
export const SECTIONS = [
  { en: 'Start', zh: '开始', items: [['Start', '快速开始', 'start']] },
  {
    en: 'Concepts',
    zh: '概念',
    items: [
      ['The purse', '电子钱包', 'concepts/purse'],
      ['A load', '圈存', 'concepts/load'],
      ['Keys', '密钥', 'concepts/keys'],
      ['Files of the card', '卡内文件', 'concepts/card-files'],
      ['Why exactly once', '为何恰好一次', 'concepts/exactly-once'],
      ['Glossary', '词汇表', 'glossary'],
    ],
  },
  {
    en: 'Guides',
    zh: '指南',
    items: [
      ['A recharge, step by step', '充值全过程', 'guides/recharge'],
      ['Hosts', '各种宿主', 'guides/hosts'],
      ['PC/SC readers', 'PC/SC 读卡器', 'guides/pcsc'],
      ['Remote cards', '远程写卡', 'guides/remote-card'],
      ['The Bluetooth box', 'ETC 蓝牙盒子', 'guides/ble-box'],
      ['Write a transport', '自写传输层', 'guides/write-a-transport'],
      ['The simulated card', '模拟卡', 'guides/simulated-card'],
      ['Card profiles', '卡片特征', 'guides/conformance'],
      ['Prompts', '提示语', 'guides/prompts'],
      ['The operator guide, row by row', '操作指南逐条对照', 'seed-table'],
      ['Slips', '凭条', 'guides/slips'],
      ['Payments', '收款与退款', 'guides/payments'],
      ['Keys and the HSM', '密钥与加密机', 'guides/keys-and-hsm'],
      ['Write an HSM adapter', '自写加密机接口', 'guides/write-an-hsm-adapter'],
    ],
  },
  {
    en: 'Operating',
    zh: '运维',
    items: [
      ['At the counter', '网点操作', 'operating/counter'],
      ['The server', '授权中心', 'operating/server'],
      ['Keys', '密钥', 'operating/keys'],
      ['Backup and restore', '备份与恢复', 'operating/backup'],
      ['Upgrading', '升级', 'operating/upgrade'],
      ['Runbook', '告警处置', 'operating/runbook'],
      ['People and devices', '人员与设备', 'operating/people'],
      ['The office', '后台', 'operating/office'],
      ['Security model', '安全模型', 'operating/security'],
    ],
  },
  {
    en: 'Reference',
    zh: '参考',
    items: [
      ['Error codes', '错误码', 'reference/errors'],
      ['Status words', '状态字', 'reference/status-words'],
      ['Commands', '命令行', 'reference/commands'],
      ['API', 'API', 'api/index'],
      ['Vectors', '测试向量', 'reference/vectors'],
      ['Changes', '更新记录', 'changelog'],
    ],
  },
  {
    en: 'Internals',
    zh: '内部',
    items: [
      ['The house', '代码布局', 'internals/house'],
      ['Decisions', '设计决定', 'internals/decisions'],
      ['How it is tested', '测试', 'internals/testing'],
      ['Performance', '性能', 'internals/performance'],
      ['Scaling', '扩展', 'internals/scaling'],
      ['Schema', '数据库结构', 'internals/schema'],
      ['Contributing', '参与开发', 'contributing'],
    ],
  },
];

/**
 * The list beside the pages of one language. What there is in English alone says so.
 * @param {'en' | 'zh'} lang
 * @param {ReadonlySet<string>} places of all pages, with `.md`
 */
export function sidebarOf(lang, places) {
  return SECTIONS.map(({ en, zh, items }) => ({
    text: lang === 'zh' ? zh : en,
    collapsed: false,
    items: items
      .filter(([, , place]) => places.has(`${place}.md`) || places.has(`en/${place}.md`))
      .map(([enText, zhText, place]) => itemOf(lang, enText, zhText, place, places)),
  })).filter(({ items }) => items.length > 0);
}

/**
 * @param {'en' | 'zh'} lang
 * @param {string} en
 * @param {string} zh
 * @param {string} place
 * @param {ReadonlySet<string>} places
 */
function itemOf(lang, en, zh, place, places) {
  if (lang === 'en') {
    return places.has(`en/${place}.md`)
      ? { text: en, link: `/en/${place}` }
      : { text: `${en} (中文)`, link: `/${place}` };
  }
  return places.has(`${place}.md`)
    ? { text: zh, link: `/${place}` }
    : { text: `${zh}（英文）`, link: `/en/${place}` };
}
