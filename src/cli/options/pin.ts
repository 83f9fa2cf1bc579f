/** `--pin`: digits, checked before the card is asked anything. */
import { isPin } from '../../etc/index.js';
import { wrongOption } from '../output.js';

/** The card's version decides how many digits of these it takes. */
export function expectPin(text: string): void {
  if (!isPin(text)) throw wrongOption('--pin', '2 to 6 digits, or 8, 10 or 12');
}
