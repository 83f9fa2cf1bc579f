/** The first page in each language: what it is, and where to go by what one is. */
import { write } from './stage.js';

/**
 * @typedef {object} Door
 * @property {string} who
 * @property {string} what
 * @property {string} link
 */
/**
 * @typedef {object} Home
 * @property {string} name
 * @property {string} text
 * @property {string} tagline
 * @property {string} go
 * @property {string} load
 * @property {readonly Door[]} doors
 */
/** @type {Readonly<Record<'en' | 'zh', Home>>} */
const HOME = {
  zh: {
    name: 'quancun 圈存',
    text: 'ETC 卡充值与圈存',
    tagline: '拔卡、断网、进程被杀，都不会少写，也不会重复写卡',
    go: '快速开始',
    load: '圈存如何做到恰好一次',
    doors: [
      { who: '网点操作员', what: '屏幕提示是什么意思，怎么办，找谁', link: '/operating/counter' },
      { who: 'App 团队', what: '读卡、充值、圈存；各种宿主与结果处理', link: '/guides/recharge' },
      { who: '服务器团队', what: '授权中心、密钥、备份、升级与告警', link: '/operating/server' },
      { who: '收到一个错误码', what: '含义、办法、由谁处理、资金如何', link: '/reference/errors' },
      { who: '卡片与密钥', what: '电子钱包、MAC1、MAC2、TAC 与卡内文件', link: '/concepts/purse' },
      { who: '没有实卡', what: '模拟卡、测试向量与协议遍历', link: '/en/guides/simulated-card' },
    ],
  },
  en: {
    name: 'quancun 圈存',
    text: 'Recharge Chinese ETC toll cards',
    tagline: 'Loads that end exactly once, whatever is pulled out, lost or killed on the way',
    go: 'Start',
    load: 'How a load survives everything',
    doors: [
      {
        who: 'App teams',
        what: 'Read, recharge, load; hosts and results',
        link: '/en/guides/recharge',
      },
      {
        who: 'Server teams',
        what: 'The authority, keys, backup, upgrades, alarms',
        link: '/en/operating/server',
      },
      {
        who: 'An error code',
        what: 'Its meaning, what to do, who, and the money',
        link: '/en/reference/errors',
      },
      {
        who: 'Cards and keys',
        what: 'The purse, MAC1, MAC2, TAC, and the files',
        link: '/en/concepts/purse',
      },
      {
        who: 'No card at hand',
        what: 'The simulated card, vectors, the walk',
        link: '/en/guides/simulated-card',
      },
      { who: 'API', what: 'Every export of every subpath', link: '/en/api/' },
    ],
  },
};

/** @param {string} stage */
export function stageHome(stage) {
  for (const lang of /** @type {const} */ (['zh', 'en'])) {
    const { name, text, tagline, go, load, doors } = HOME[lang];
    const folder = lang === 'zh' ? '/' : '/en/';
    const matter = {
      layout: 'home',
      hero: {
        ...{ name, text, tagline },
        actions: [
          { theme: 'brand', text: go, link: `${folder}start` },
          { theme: 'alt', text: load, link: `${folder}concepts/load` },
        ],
      },
      features: doors.map(({ who, what, link }) => ({ title: who, details: what, link })),
    };
    // JSON is YAML, too.
    write(stage, `${folder.slice(1)}index.md`, `---\n${JSON.stringify(matter, null, 2)}\n---\n`);
  }
}
