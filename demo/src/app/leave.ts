/** Leaving is asked only while it matters: while money is taken, or a card written. */
import { ref } from 'vue';

export const matters = ref(false);

export function guardLeaving(): void {
  addEventListener('beforeunload', (event) => {
    if (matters.value) event.preventDefault();
  });
}
