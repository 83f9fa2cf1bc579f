import { presentEntries } from './build/entries.js';

/** The API reference; a warning is an error. */
export default {
  name: 'quancun 圈存',
  entryPoints: presentEntries.map(({ source }) => source),
  out: 'docs/reference',
  readme: 'README.md',
  excludePrivate: true,
  excludeInternal: true,
  githubPages: false,
  disableGit: true,
  sourceLinkTemplate: '{path}#L{line}',
  intentionallyNotExported: [
    // The table behind ErrorCode: its rows are ERROR_TABLE.
    'src/error-table.ts:table',
    // Declarations, from which come the types that are shown.
    'src/json/forms.ts:Told',
    'src/messages/days.ts:MOVEMENTS',
    'src/messages/requests.ts:EVIDENCE',
    'src/messages/requests.ts:NOT_TAKEN_WORD',
    'src/messages/replies.ts:STEP',
    'src/messages/states.ts:ORDER_STATES',
    'src/remote/messages.ts:REMOTE_INSTRUCTION',
    'src/remote/messages.ts:REMOTE_WORK',
    'src/simulator/profile.ts:CARD_PROFILE',
    'src/simulator/state.ts:ACCESS',
    'src/simulator/state.ts:KEY_USE',
    'src/testing/gateway-callbacks.ts:CALLBACK_FAULT',
    'src/server/payment/port.ts:PORT_REASONS',
    // Parts of a host's objects, told where they are used.
    'src/terminal/intent-stores.ts:Request',
    'src/terminal/intent-stores.ts:Database',
    'src/transport/drivers/nfc-host.ts:Controller',
  ],
  treatWarningsAsErrors: true,
};
