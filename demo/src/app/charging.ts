/** S32: whether the handheld is charging, where the host says so. */
import { ref } from 'vue';

interface Battery extends EventTarget {
  readonly charging: boolean;
}

/** `undefined`: this host does not say it. */
export const charging = ref<boolean>();

export async function watchCharging(): Promise<void> {
  const host = navigator as Navigator & { getBattery?: () => Promise<Battery> };
  const battery = await host.getBattery?.().catch(() => undefined);
  if (battery === undefined) return;
  const tell = (): void => {
    charging.value = battery.charging;
  };
  tell();
  battery.addEventListener('chargingchange', tell);
}
