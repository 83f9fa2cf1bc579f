/** `--pin`: digits, checked before the card is asked anything. */
import { wrongWord } from '../output.js';

/** The card's version decides how many digits of these it takes. */
export function expectPin(text: string): void {
  if (!/^\d{2,12}$/.test(text)) throw wrongWord('--pin', '2 to 12 digits');
}
