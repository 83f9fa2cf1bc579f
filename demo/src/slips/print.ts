/** Has the browser print what stands on the page's paper; PDF is one of its printers. */
import { pageRule, type Paper } from './paper.js';

/** Has the browser print with this page; the rule is gone when the dialogue is. */
export function printOn(paper: Paper, heightPx: number): void {
  const take = layPaper(paper, heightPx);
  window.addEventListener('afterprint', take, { once: true });
  window.print();
}

/** Lays the paper in; what it answers takes it out again. */
export function layPaper(paper: Paper, heightPx: number): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(pageRule(paper, heightPx));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  };
}
