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
export async function within<T>(
  timeoutMs: number,
  work: Promise<T>,
  late: (value: T) => void = () => undefined,
): Promise<T> {
  // An engine with nothing, in which an authority is only shown, waits without a limit.
  if (typeof setTimeout !== 'function') return work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  const end = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      over = true;
      reject(new NoAnswer(timeoutMs));
    }, timeoutMs);
  });
  work.then(
    (value) => {
      if (over) late(value);
    },
    () => undefined,
  );
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}
