/**
 * A card far away: the flow runs on a server, and the terminal is a pipe that runs batches of
 * commands on its own reader. The alternative, and the usual way, is `quancun/terminal`.
 * @module
 */
export { type RemoteServer, remoteServer, type RemoteServerOptions } from './answer.js';
export type { NonceGuard, RemoteKey } from './envelope.js';
export { type AbandonedSession, findAbandonedSessions } from './find.js';
export {
  answerWebSocket,
  httpLink,
  type RemoteFetch,
  type RemoteLink,
  webSocketLink,
  type WebSocketLike,
} from './links.js';
export {
  MAX_REMOTE_COMMANDS,
  parseRemoteInstruction,
  parseRemoteReport,
  REMOTE_PROTOCOL_VERSION,
  type RemoteCard,
  type RemoteCommand,
  type RemoteFailure,
  type RemoteInstruction,
  type RemoteReport,
  type RemoteResult,
  type RemoteWork,
} from './messages.js';
export type { RemoteEntry, RemoteListing, RemoteStore } from '../remote-store.js';
export { memoryRemoteStore } from './store.js';
export {
  runRemoteTerminal,
  type RemoteTerminalEnd,
  type RemoteTerminalOptions,
} from './terminal.js';
export {
  type RemoteBatchCommand,
  type RemoteRunOptions,
  type RemoteTransport,
  remoteTransport,
  type RemoteTransportOptions,
} from './transport.js';
