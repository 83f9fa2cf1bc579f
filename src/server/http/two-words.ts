/** What takes the words of two people, over HTTP: a release, and giving a journal up. */
import type { Authority, ReleaseRequest } from '../../load/index.js';
import type { BackOffice } from '../back-office.js';
import type { Ledger } from '../ledger/ledger.js';
import type { PersonBook } from '../persons/book.js';
import { discountedOf, type LiveSession } from '../persons/sessions.js';
import { expectPerson } from './bounds.js';

/** What the works need. */
interface Inside {
  readonly ledger: Pick<Ledger, 'read'>;
  readonly persons?: PersonBook;
}

/** What is asked. */
interface Asked<Body> {
  readonly authority: Authority & BackOffice;
  readonly session?: LiveSession;
  readonly by: string;
  readonly orderId: string;
  readonly body: Body;
}

/** The works, by their operationId. */
export function twoWordWorks({ ledger, ...inside }: Inside) {
  return {
    releaseOrder: async (asked: Asked<Pick<ReleaseRequest, 'release'>>) => {
      const { authority, session, by, orderId, body } = asked;
      await expectPerson(inside, session);
      const first = (await ledger.read(orderId))?.situation.order.release?.by;
      const gone = await discountedOf(inside.persons, first, 'release');
      return authority.release(orderId, { by, release: body.release, ...gone });
    },
    giveUpJournal: async (asked: Asked<{ readonly journalId: string }>) => {
      const { authority, session, by, body } = asked;
      await expectPerson(inside, session);
      const journals = await authority.journals();
      const first = journals.find(({ journalId }) => journalId === body.journalId)?.givenUpBy;
      const gone = await discountedOf(inside.persons, first, 'release');
      return authority.giveUpJournal(body.journalId, by, gone);
    },
  };
}
