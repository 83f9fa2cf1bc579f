/** One tab for one reader: two would be one till for the server, and disturb each other. */
import { ref } from 'vue';

/** Whether this tab has the reader. */
export const hasReader = ref(false);

/** Waits its turn for as long as the page lives: when the other tab closes, this one goes on. */
export function claimReader(): void {
  void navigator.locks.request('quancun-reader', async () => {
    hasReader.value = true;
    await new Promise(() => undefined);
  });
}
