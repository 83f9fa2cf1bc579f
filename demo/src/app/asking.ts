/** Asking the server from a screen: one question at a time, and what it refuses with is shown. */
import { isQuancunError, QuancunError } from 'quancun';
import { ref, shallowRef } from 'vue';
import { noteSession } from './session.js';

/** Of one screen. */
export function useAsking() {
  const isBusy = ref(false);
  const error = shallowRef<QuancunError>();
  /** Undefined where it failed, or where another question is on its way. */
  const ask = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (isBusy.value) return undefined;
    isBusy.value = true;
    error.value = undefined;
    try {
      return await work();
    } catch (thrown) {
      noteSession(thrown);
      error.value = isQuancunError(thrown)
        ? thrown
        : new QuancunError('INTERNAL', { cause: thrown });
      return undefined;
    } finally {
      isBusy.value = false;
    }
  };
  return { isBusy, error, ask };
}
