/** `--pin`: digits, checked before the card is asked anything. */
import { isPin } from '../../etc/index.js';
import { wrongOption } from '../output.js';

/** The card's version decides how many digits of these it takes. */
export function expectPin(text: string): void {
  if (!isPin(text))
    throw wrongOption('--pin', {
      en: '2 to 6 digits, or 8, 10 or 12',
      zh: '2–6 位、8 位、10 位或 12 位数字',
    });
}
