/** `--provider`: who took a payment. */
import { wrongOption } from '../output.js';

/** What `--help` says of it. */
export const PROVIDER_HELP = 'who took the payment: cash, pos, or the name of its provider';

/** Its name as servers know it; one that no server takes is refused before any money is. */
export function readProvider(text: string): string {
  const provider = text.trim().toLowerCase();
  if (/^[a-z][a-z\d-]{0,31}$/.test(provider)) return provider;
  throw wrongOption('--provider', {
    en: 'letters a-z, digits and hyphens, such as cash or pos',
    zh: '小写字母、数字或连字符，如 cash、pos',
  });
}
