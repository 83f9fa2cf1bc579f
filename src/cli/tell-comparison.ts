/** What comparing ledger and journal found, for people and scripts. */
import type { Comparison } from '../server/index.js';
import type { Output } from './output.js';

/** Tells it; when both agree and nothing is waited for, in one line. */
export function tellComparison(found: Comparison, output: Output): void {
  const { name, isNew, written, lost, repaired, frozen, orders, waitsFor } = found;
  output.line(
    isNew
      ? { en: `Journal ${name}: new to this ledger.`, zh: `日志 ${name}：首次登记。` }
      : { en: `Journal ${name}: compared with the ledger.`, zh: `日志 ${name}：已与账本比对。` },
  );
  if (written > 0) {
    output.line({
      en: `${String(written)} lines were missing in the journal and were written.`,
      zh: `日志缺少 ${String(written)} 行，已补写。`,
    });
  }
  if (lost > 0) {
    output.line({
      en: `The ledger had lost what ${String(lost)} lines say: ${String(repaired)} were taken in again, ${String(frozen)} stopped their card (FROZEN).`,
      zh: `账本丢失了日志中的 ${String(lost)} 行：已恢复 ${String(repaired)} 行，${String(frozen)} 行对应的卡已冻结（FROZEN）。`,
    });
  }
  for (const one of waitsFor) {
    output.line({
      en: `Older orders wait for the journal ${one}: start its server, or have two people give it up (quancun journal).`,
      zh: `较早的订单在等待日志 ${one}：请启动其服务器，或由两人放弃该日志（quancun journal）。`,
    });
  }
  output.event('compared', { name, isNew, written, lost, repaired, frozen, orders, waitsFor });
}
