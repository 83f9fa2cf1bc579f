/** Cards' answers in another journal than their issue's; on SQL: foreign-tac-postgres.test.ts. */
import { forgetfulDatabase } from '../../support/forgetful-database.js';
import { tellForeignTacs } from './foreign-tac-stories.js';

tellForeignTacs(() => {
  const database = forgetfulDatabase();
  const drop = (journalId: string): void => database.engine.holds.drop(journalId);
  return { ...database, endsServers: false, drop };
});
