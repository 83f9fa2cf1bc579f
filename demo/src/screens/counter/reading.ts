/** 读卡: what is on the card, and what the server has against a recharge, before any money. */
import {
  type CardCheck,
  type CardReading,
  checkCard,
  QuancunError,
  readCard,
  toHex,
} from 'quancun';
import { type CardReport, PROTOCOL_VERSION } from 'quancun/load';
import { dayOf } from '../../app/days.js';
import { authority, env } from '../../app/server.js';
import { withCard } from '../../card/reader.js';

export interface Seen {
  readonly reading: CardReading;
  readonly check: CardCheck;
  readonly report: CardReport;
  /** One for each card that was read: of a second tap, and of a reload, the same order. */
  readonly idempotencyKey: string;
}

export async function seeCard(): Promise<Seen> {
  const reading = await withCard((transport) => readCard(transport));
  const { issue, issueInformation, balanceFen } = reading;
  const report = await authority.checkCard({
    ...{ protocol: PROTOCOL_VERSION, issueInformation: toHex(issueInformation) },
    ...(balanceFen === undefined ? {} : { balanceFen }),
  });
  return {
    ...{ reading, report, check: checkCard(issue, dayOf(env.now())) },
    idempotencyKey: toHex(env.random(16)),
  };
}

/** What stands against a recharge: the terminal's own reasons first. */
export function objectionsOf({ check, report }: Seen): readonly QuancunError[] {
  const theirs = report.objections.map((one) => QuancunError.fromJSON(one));
  const codes = new Set(check.errors.map(({ code }) => code));
  return [...check.errors, ...theirs.filter(({ code }) => !codes.has(code))];
}
