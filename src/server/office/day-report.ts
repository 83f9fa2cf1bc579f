/** What a day of an outlet comes to, as it is told to people. */
import type { AccountName, Who } from '../../load/index.js';
import type { DayMovement, DayReport } from '../../messages/index.js';
import type {
  Counted,
  DaySums,
  DayWord,
  OutletDay,
  PaymentSum,
  PostingSum,
  StandingSum,
} from '../ledger/day-book.js';

/** What a report is made of. */
export interface ToldDay extends OutletDay, DayWord {
  readonly state: DayReport['state'];
  readonly sums: DaySums;
  readonly standing: readonly StandingSum[];
  readonly next?: string;
  readonly saidBy?: Who;
  readonly approvedBy?: Who;
  readonly closedAtMs?: number;
}

type Method = DayReport['methods'][number];

/** A posting's kind, by its two accounts. */
const KINDS: Readonly<Record<string, DayMovement>> = {
  'cash liability': 'taken',
  'cash refunds-due': 'surplus',
  'liability card-float': 'loaded',
  'liability refunds-due': 'reversed',
  'refunds-due cash': 'refunded',
};

/** What a posting is. */
export function movementOf({ debit, credit }: Pick<PostingSum, 'debit' | 'credit'>): DayMovement {
  return KINDS[`${debit} ${credit}`] ?? 'other';
}

/** The report. */
export function viewDay(told: ToldDay): DayReport {
  const { outlet, day, fromMs, toMs, state, sums, standing, counted, corrections } = told;
  const { next, reason, saidBy, approvedBy, closedAtMs } = told;
  return {
    ...{ outlet, day, fromMs, toMs, state },
    ...(next === undefined ? {} : { next }),
    methods: methodsOf(sums, counted),
    takers: sums.payments.flatMap(({ kind, ...sum }) =>
      kind === 'refunded' ? [] : [{ kind, ...sum }],
    ),
    movements: sums.postings.map(({ debit, credit, as, count, amountFen }) => {
      return { kind: movementOf({ debit, credit }), as, count, amountFen };
    }),
    accounts: accountsOf(sums),
    standing: [...standing],
    corrections: [...corrections],
    ...(reason === undefined ? {} : { reason }),
    ...(saidBy === undefined ? {} : { saidBy }),
    ...(approvedBy === undefined ? {} : { approvedBy }),
    ...(closedAtMs === undefined ? {} : { closedAtMs }),
  };
}

/** What a day adds to each account: debits count up, credits count down. */
export function accountsOf({ postings }: DaySums): Record<AccountName, number> {
  const sums = { cash: 0, liability: 0, 'card-float': 0, 'refunds-due': 0 };
  for (const { debit, credit, amountFen } of postings) {
    sums[debit] += amountFen;
    sums[credit] -= amountFen;
  }
  return sums;
}

/** What should lie there of each method, and what was counted. */
export function methodsOf({ payments }: DaySums, counted: readonly Counted[]): Method[] {
  const names = new Set([...payments, ...counted].map(({ method }) => method));
  return [...names].sort().map((method) => {
    const of = (kind: PaymentSum['kind']): number =>
      payments
        .filter((one) => one.method === method && one.kind === kind)
        .reduce((fen, { amountFen }) => fen + amountFen, 0);
    const [takenFen, surplusFen, refundedFen] = [of('taken'), of('surplus'), of('refunded')];
    const systemFen = takenFen + surplusFen - refundedFen;
    const count = counted.find((one) => one.method === method);
    return {
      ...{ method, takenFen, surplusFen, refundedFen, systemFen },
      ...(count === undefined
        ? {}
        : { countedFen: count.countedFen, differenceFen: count.countedFen - systemFen }),
    };
  });
}
