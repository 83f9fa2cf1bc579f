/**
 * The person at a device, over HTTP: log in, unlock, leave, close the shift. Of a page behind a
 * counter door the session is a cookie, and no answer here shows it.
 */
import type * as v from 'valibot';
import {
  SESSION_ENDED,
  SESSION_VIEW,
  type SessionView,
  SHIFT_VIEW,
  type ShiftView,
} from '../messages/index.js';
import { askServer, type Line, type ServerClientOptions } from './ask-server.js';

/**
 * What a person does with a device before and after the work.
 * 人员登录、解锁、退出、交班。
 */
export interface PersonClient {
  /** 登录: opens the device's shift, or joins it. @throws LOGIN_REFUSED, PERSON_LOCKED */
  logIn(personId: string, password: string): Promise<SessionView>;
  /** Who is logged in. @throws SESSION_REQUIRED where nobody is */
  getSession(): Promise<SessionView>;
  /** The same person is there again. @throws LOGIN_REFUSED, PERSON_LOCKED, SESSION_REQUIRED */
  unlock(password: string): Promise<SessionView>;
  /** 退出: the shift stays open. */
  logOut(): Promise<void>;
  /** 交班: the shift is over, and every session in it. @throws SHIFT_NOT_OPEN, ROLE_MISSING */
  closeShift(): Promise<ShiftView>;
}

/**
 * Makes the client.
 * 人员会话客户端。
 * @throws from every method SERVER_UNREACHABLE, ANSWERED_BY_ANOTHER, and what the server refuses
 *   with
 * @example
 * import { envFrom } from 'quancun';
 * const env = envFrom(globalThis);
 * const url = 'https://counter.example';
 * const persons = personClient({ url, signedBy: 'counter-door', fetch, env });
 * // … and then: await persons.logIn('li', password)
 */
export function personClient(options: ServerClientOptions): PersonClient {
  const line: Line = { options, offsetMs: 0 };
  const ask = <S extends v.GenericSchema>(path: string, body: object, reply: S) =>
    askServer(line, { method: 'POST', path, body, reply });
  return {
    logIn: (personId, password) => ask('/v1/sessions', { personId, password }, SESSION_VIEW),
    getSession: () =>
      askServer(line, { method: 'GET', path: '/v1/sessions/current', reply: SESSION_VIEW }),
    unlock: (password) => ask('/v1/sessions/unlock', { password }, SESSION_VIEW),
    logOut: async () => {
      await ask('/v1/sessions/end', {}, SESSION_ENDED);
    },
    closeShift: () => ask('/v1/shifts/close', {}, SHIFT_VIEW),
  };
}
