/**
 * Work that waits its turn: first in, first out, whatever became of the work before. And work that
 * is done at once, for callers who wait all the same.
 */

/** Runs the work after all work that was given before it. */
export type InTurn = <T>(work: () => T | Promise<T>) => Promise<T>;

/**
 * Makes a queue of one place: two works of it never overlap, and one that fails holds up nothing.
 * 先进先出队列：前一项结束（不论成败）才开始下一项。
 */
export function createTurns(): InTurn {
  let tail: Promise<unknown> = Promise.resolve();
  return <T>(work: () => T | Promise<T>): Promise<T> => {
    const turn = tail.then(work, work);
    tail = turn.catch(() => undefined);
    return turn;
  };
}

/**
 * What the work gives or throws, as a promise: `Promise.try`, which not every host has.
 * 同步结果（含异常）转为 Promise。
 */
export async function promiseTry<T>(work: () => T | Promise<T>): Promise<T> {
  return work();
}

/**
 * Tells somebody who only looks on, a screen or a log: whether he fails at once or in a promise of
 * his own is his affair, and never an unhandled rejection that ends the program.
 * 通知旁观者（屏幕、日志）：其异常（同步或异步）一律不影响流程。
 */
export function tellApart(tell: () => unknown): void {
  promiseTry(tell).catch(() => undefined);
}
