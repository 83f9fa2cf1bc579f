/**
 * Loaded into the real server before anything else: its clock is the campaign's, which may be days
 * ahead, and what waits a quarter of a minute or longer waits a hundredth of it. So sweeps run all
 * the time, and a refund that takes days takes seconds.
 */
const { now } = Date;
const { setTimeout: later } = globalThis;
const LONG_MS = 15_000;
let aheadMs = Number(process.env.CLOCK_AHEAD_MS ?? 0);

Date.now = () => now() + aheadMs;
/** @type {(work: (...rest: any[]) => void, durationMs?: number, ...rest: any[]) => unknown} */
const sooner = (work, durationMs = 0, ...rest) =>
  later(work, durationMs >= LONG_MS ? durationMs / 100 : durationMs, ...rest);
// An assignment would tell the compiler that everybody's is another one.
Object.assign(globalThis, { setTimeout: sooner });

process.on('message', (/** @type {{ readonly aheadMs: number }} */ said) => {
  aheadMs = said.aheadMs;
});
// Whoever tells the time keeps no server alive.
process.channel?.unref();
