/** The pages of error codes and status words, made of what `quancun explain` says. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from '../entries.js';
import { write } from './stage.js';

/** @typedef {import('../../src/cli/explain/code.js').CodeExplanation} CodeExplanation */

const SOURCE = 'src/cli/explain/code.ts';

/** @returns {Promise<typeof import('../../src/cli/explain/code.js')>} */
async function loadExplanations() {
  const folder = join(ROOT, 'node_modules/.cache/quancun');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'explain.mjs');
  const from = { entryPoints: [join(ROOT, SOURCE)], bundle: true, define: { self: 'undefined' } };
  await build({ ...from, outfile, format: 'esm', platform: 'node', logLevel: 'error' });
  return import(`${pathToFileURL(outfile).href}?${Date.now()}`);
}

/** @param {string} stage */
export async function stageCodes(stage) {
  const { codesOfAllTables, explainCode } = await loadExplanations();
  const { errors, statusWords } = codesOfAllTables();
  const explained = errors.map((code) => present(explainCode(code)));
  // A page for each, plain: whoever comes from an error's address reads it without a script.
  for (const one of explained) write(stage, `public/errors/${one.code}.html`, errorPage(one));
  write(stage, 'reference/errors.md', errorList(explained, 'zh'));
  write(stage, 'en/reference/errors.md', errorList(explained, 'en'));
  // A digit that may be any is shown as 1, which stands for it.
  const words = statusWords.map((form) => ({
    form,
    one: present(explainCode(form.replaceAll('x', '1'))),
  }));
  write(stage, 'reference/status-words.md', statusPage(words, 'zh'));
  write(stage, 'en/reference/status-words.md', statusPage(words, 'en'));
}

/** @param {CodeExplanation | undefined} explained */
function present(explained) {
  if (explained === undefined) throw new Error('a code of the tables is not explained');
  return explained;
}

/** Both languages on one page: an error has one address. @param {CodeExplanation} one */
function errorPage({ code, title, rows }) {
  const part = (/** @type {'en' | 'zh'} */ lang) =>
    `<p><strong>${html(title[lang])}</strong></p>\n<table>\n${rows
      .map(
        ([label, value]) => `<tr><th>${html(label[lang])}</th><td>${html(value[lang])}</td></tr>`,
      )
      .join('\n')}\n</table>`;
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${code} · quancun 圈存</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<nav><a href="../index.html">quancun 圈存</a> · <a href="../reference/errors.html">全部错误码</a></nav>
<h1>${code}</h1>
${part('zh')}
<h2 lang="en">In English</h2>
<div lang="en">
${part('en')}
<p>Offline: <code>quancun explain ${code}</code> · <a href="../en/reference/errors.html">all codes</a></p>
</div>
</body>
</html>
`;
}

const STYLE = `body{font:16px/1.7 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;
max-width:46rem;margin:0 auto;padding:1rem;color:#213547;background:#fff}
h1{font-size:1.5rem;overflow-wrap:anywhere}h2{margin-top:2.5rem}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #d5d9e0;padding:.5rem .7rem;text-align:left;vertical-align:top}
th{width:8.5rem;font-weight:600;background:#f6f7f9}a{color:#0b6bcb}
@media(prefers-color-scheme:dark){body{color:#dfe3ea;background:#1b1b1f}th{background:#26262b}
th,td{border-color:#3a3a42}a{color:#6db3ff}}`;

/** @param {string} text */
function html(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

/** @param {CodeExplanation['rows']} rows @param {'en' | 'zh'} lang */
function tableOf(rows, lang) {
  const lines = rows.map(([label, value]) => `| ${escape(label[lang])} | ${escape(value[lang])} |`);
  return ['| | |', '|---|---|', ...lines];
}

/** @param {readonly CodeExplanation[]} explained @param {'en' | 'zh'} lang */
function errorList(explained, lang) {
  const intro =
    lang === 'zh'
      ? '# 错误码\n\n每个错误都带有一个固定的代码。命令行 `quancun explain 错误码` 可离线查看同样的说明。'
      : '# Error codes\n\nEvery error has a code that is stable for ever. `quancun explain CODE` says the same offline.';
  const sections = explained.map(({ code, title, rows: [doRow, who] }) => {
    const more = [doRow, who].map((row) => escape(row?.[1][lang] ?? ''));
    return `## ${code}\n\n${escape(title[lang])} · ${more.join(' · ')} <a href="/errors/${code}.html" target="_self">→</a>\n`;
  });
  return `---\noutline: false\n---\n\n${intro}\n\n${sections.join('\n')}`;
}

/**
 * @param {readonly { readonly form: string; readonly one: CodeExplanation }[]} words
 * @param {'en' | 'zh'} lang
 */
function statusPage(words, lang) {
  const intro =
    lang === 'zh'
      ? '# 状态字\n\n卡片应答的最后两个字节（SW1 SW2）。`x` 为任意十六进制数字。状态字不能证明是否写卡。'
      : '# Status words\n\nThe last two bytes of a card’s answer (SW1 SW2). `x` is any digit. None of them proves whether a card was written.';
  const sections = words.map(({ form, one: { title, rows } }) =>
    [`## ${form}`, '', escape(title[lang]), '', ...tableOf(rows, lang), ''].join('\n'),
  );
  return `---\noutline: false\n---\n\n${intro}\n\n${sections.join('\n')}`;
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[|<>{}*_]/g, (sign) => `&#${sign.codePointAt(0)};`).replaceAll('\n', ' ');
}
