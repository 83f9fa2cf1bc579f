/** Time limits of calls to the outside, on the host's own timers. */

/** No answer came in time. */
export class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';
  constructor(readonly timeoutMs: number) {
    super(`no answer within ${String(timeoutMs)} ms`);
  }
}

/**
 * The work's result, or {@link NoAnswer}. What the work says later is heard by nobody but `late`,
 * which may have to clear up.
 */
export function within<T>(
  timeoutMs: number,
  work: Promise<T>,
  late: (value: T) => void = () => undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      reject(new NoAnswer(timeoutMs));
    }, timeoutMs);
    work.then(
      (value) => {
        clearTimeout(timer);
        if (over) late(value);
        else resolve(value);
      },
      (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
