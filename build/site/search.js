/**
 * What the search finds. Chinese has no blanks between its words, so a word inside a sentence
 * stands in the index by itself: for each character what follows it, as far as a word goes. A
 * search finds whatever begins as its word does.
 */

const HEADING = /<h(\d)[^>]*? id="([^"]*)"[^>]*>(.*?)<\/h\1>/gs;
const RUN = /\p{Script=Han}{2,}/gu;
/** Longer than any word that one searches for; each more makes the index larger. */
const LONGEST_WORD = 6;

/**
 * The sections of a page: for each heading its titles, and the text below it.
 * @param {string} html
 */
export function* sectionsOf(html) {
  const headings = [...html.matchAll(HEADING)];
  /** @type {(string | undefined)[]} */
  let above = [];
  for (const [at, heading] of headings.entries()) {
    const [whole, digit = '1', anchor = '', inside = ''] = heading;
    const level = Number(digit) - 1;
    const title = textOf(inside.replace(/<a class="header-anchor".*?<\/a>/s, '')).trim();
    const end = headings[at + 1]?.index ?? html.length;
    const text = textOf(html.slice(heading.index + whole.length, end));
    // A level that is left out stays empty.
    above = Array.from({ length: level }, (_, one) => above[one]).concat(title);
    const titles = above.flatMap((one) => (one === undefined || one === '' ? [] : [one]));
    if (titles.length > 0) yield { anchor, titles, text: `${text} ${wordsIn(`${title} ${text}`)}` };
  }
}

/** @param {string} html */
function textOf(html) {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&amp;/g, '&');
}

/** Whatever may be searched for inside runs of Chinese, each once. @param {string} text */
export function wordsIn(text) {
  const words = new Set();
  for (const [run] of text.matchAll(RUN)) {
    const signs = [...run];
    for (let at = 0; at < signs.length; at += 1) {
      words.add(signs.slice(at, at + LONGEST_WORD).join(''));
    }
  }
  return [...words].join(' ');
}
