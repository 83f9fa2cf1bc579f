/** The line to the server: as it is, and as the sceptic's hand has it cut. */
import { reactive } from 'vue';

/** How the line is cut: every request is lost, or its answer is. */
export type Cut = 'none' | 'request' | 'answer';

export const network = reactive<{ isUp: boolean; latencyMs: number; cut: Cut }>({
  /** What the last round of asking showed. */
  isUp: true,
  latencyMs: 0,
  cut: 'none',
});

/** The page's `fetch`: all that the clients ask goes through it. */
export const pageFetch: typeof fetch = async (input, init) => {
  const lost = (what: Cut): boolean => network.cut === what;
  if (lost('request')) throw new TypeError('the line is cut');
  const response = await fetch(input, init);
  // It may have been cut meanwhile.
  if (lost('answer')) throw new TypeError('the line is cut');
  return response;
};

const EVERY_MS = 10_000;

/** Asks whether the server is there, without touching anybody's session. */
export async function checkNetwork(): Promise<void> {
  const startedMs = performance.now();
  try {
    const response = await pageFetch('/livez', { signal: AbortSignal.timeout(5_000) });
    network.isUp = response.ok;
    network.latencyMs = Math.round(performance.now() - startedMs);
  } catch {
    network.isUp = false;
  }
}

/** Goes on asking, and asks at once where the browser says that something has changed. */
export function watchNetwork(): void {
  void checkNetwork();
  setInterval(() => void checkNetwork(), EVERY_MS);
  for (const event of ['online', 'offline']) addEventListener(event, () => void checkNetwork());
}
