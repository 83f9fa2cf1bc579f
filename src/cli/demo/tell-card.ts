/** The demonstration's card in one line. */
import { cardTypeName, networkName, plateColourName } from '../../etc/index.js';
import { formatYuan } from '../../money.js';
import { maskCardNumber } from '../../redact.js';
import { type CardReading, expectBalance } from '../../terminal/index.js';
import type { Output } from '../output.js';

/** One line for the card. */
export function tellCard(reading: CardReading, output: Output): void {
  const { issue } = reading;
  const balanceFen = expectBalance(reading);
  const { lang } = output;
  const kind = cardTypeName(issue.cardType)?.[lang] ?? String(issue.cardType);
  const colour = plateColourName(issue.plateColour)?.[lang] ?? '';
  const network = networkName(issue.network)?.[lang] ?? issue.network;
  output.line({
    en: `   ${maskCardNumber(issue.cardNumber)}  ${network}, ${kind}, ${issue.plate} (${colour}), valid to ${issue.endDate}, balance ${formatYuan(balanceFen)}`,
    zh: `   ${maskCardNumber(issue.cardNumber)}  ${network} ${kind} ${issue.plate}（${colour}） 有效期至 ${issue.endDate} 余额 ${formatYuan(balanceFen)}`,
  });
  output.event('card', {
    card: maskCardNumber(issue.cardNumber),
    plate: issue.plate,
    cardType: issue.cardType,
    version: issue.version,
    balanceFen,
  });
}
