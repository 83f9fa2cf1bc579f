/**
 * A board that refreshes by itself: while it can be seen, and while somebody is there. A request
 * keeps its session awake, so whoever may do more than look is asked for a touch before the server
 * would have locked the screen; an auditor's board goes on by itself.
 */
import { onBeforeUnmount, onMounted, ref } from 'vue';

/** What is repeated, how often, and how long without a touch; undefined: as long as it is on. */
export interface Refresh {
  readonly work: () => Promise<unknown>;
  readonly everyMs: number;
  readonly untouchedMs: number | undefined;
}

const TOUCHES = ['pointerdown', 'keydown'] as const;

/** Begins with the screen, and ends with it. */
export function useRefresh({ work, everyMs, untouchedMs }: Refresh) {
  const isPaused = ref(false);
  let touchedAtMs = Date.now();
  let isRunning = false;
  let timer: ReturnType<typeof setInterval> | undefined;

  const run = async (): Promise<void> => {
    if (document.hidden || isRunning) return;
    isPaused.value = untouchedMs !== undefined && Date.now() - touchedAtMs > untouchedMs;
    if (isPaused.value) return;
    isRunning = true;
    await work().finally(() => {
      isRunning = false;
    });
  };
  const touch = (): void => {
    touchedAtMs = Date.now();
    if (isPaused.value) void run();
  };
  // What was hidden shows old figures: the first look at it asks anew.
  const shown = (): void => void run();

  onMounted(() => {
    for (const event of TOUCHES) addEventListener(event, touch);
    document.addEventListener('visibilitychange', shown);
    timer = setInterval(() => void run(), everyMs);
    void run();
  });
  onBeforeUnmount(() => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', shown);
    for (const event of TOUCHES) removeEventListener(event, touch);
  });
  return { isPaused, run };
}
