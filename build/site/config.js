/**
 * The site's settings. Nothing here is a function that the browser would need: those are carried
 * as text and made by `eval`, which the pages forbid.
 */
import { defineConfig } from 'vitepress';
import { anchorOf } from './anchors.js';
import { sectionsOf } from './search.js';
import { sidebarOf } from './nav.js';

/** @param {ReadonlySet<string>} places @param {string} version */
export function configOf(places, version) {
  const zh = {
    nav: [
      { text: '开始', link: '/start' },
      { text: '圈存', link: '/concepts/load' },
      { text: '错误码', link: '/reference/errors' },
      { text: version, link: '/en/changelog' },
    ],
    sidebar: sidebarOf('zh', places),
    outline: { label: '本页内容', level: /** @type {[number, number]} */ ([2, 3]) },
    docFooter: { prev: '上一页', next: '下一页' },
    darkModeSwitchLabel: '外观',
    lightModeSwitchTitle: '浅色',
    darkModeSwitchTitle: '深色',
    sidebarMenuLabel: '目录',
    returnToTopLabel: '回到顶部',
    langMenuLabel: '语言',
    skipToContentLabel: '跳到正文',
    notFound: NOT_FOUND_ZH,
  };
  const en = {
    nav: [
      { text: 'Start', link: '/en/start' },
      { text: 'A load', link: '/en/concepts/load' },
      { text: 'Error codes', link: '/en/reference/errors' },
      { text: version, link: '/en/changelog' },
    ],
    sidebar: sidebarOf('en', places),
    outline: { level: /** @type {[number, number]} */ ([2, 3]) },
  };
  return defineConfig({
    title: 'quancun 圈存',
    description: 'Recharge Chinese ETC toll cards: loads that end exactly once',
    metaChunk: true,
    // No picture is asked for that is not there.
    head: [['link', { rel: 'icon', href: 'data:,' }]],
    lastUpdated: false,
    markdown: {
      anchor: { slugify: anchorOf },
      toc: { slugify: anchorOf },
      theme: { light: 'github-light', dark: 'github-dark' },
    },
    locales: {
      root: { label: '中文', lang: 'zh-CN', themeConfig: zh },
      en: { label: 'English', lang: 'en', link: '/en/', themeConfig: en },
    },
    themeConfig: {
      i18nRouting: false,
      search: { provider: 'local', options: searchOptions() },
    },
  });
}

const NOT_FOUND_ZH = {
  title: '没有这一页',
  quote: '该地址没有页面。错误码请用 quancun explain 查询。',
  linkText: '回到首页',
  linkLabel: '回到首页',
};

function searchOptions() {
  return {
    // The underscore keeps it here: what the browser gets is the finished index.
    miniSearch: {
      _splitIntoSections: (/** @type {string} */ _path, /** @type {string} */ html) =>
        sectionsOf(html),
    },
    locales: {
      root: {
        translations: {
          button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
          modal: {
            displayDetails: '显示详细列表',
            resetButtonTitle: '清除',
            backButtonTitle: '关闭',
            noResultsText: '没有结果：',
            footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
          },
        },
      },
    },
  };
}
