/** Words between the processes of one database, over LISTEN and NOTIFY. */
import type { SqlSignals } from './sql/store.js';
import type { StandingConnection } from './pg-standing.js';

/** PostgreSQL's channels are the database's, not a schema's: a word may be none of ours. */
const CHANNEL_PREFIX = 'quancun_';

/** Makes them over the connection that stays. */
export function pgSignals(connection: StandingConnection): SqlSignals {
  return {
    tell: async (sql, topic, word) => {
      await sql.run('SELECT pg_notify($1, $2)', [CHANNEL_PREFIX + topic, word]);
    },
    listen: (topic, hear, missed) => {
      const channel = CHANNEL_PREFIX + topic;
      let isHearing = false;
      connection.join({
        opened: async (query) => {
          await query(`LISTEN ${channel}`);
          isHearing = true;
          missed();
        },
        lost: () => {
          isHearing = false;
          missed();
        },
        notified: (message) => {
          if (message.channel === channel) hear(message.payload ?? '');
        },
      });
      return { isHearing: () => isHearing };
    },
  };
}
