/** The routes of persons, by their operationId. */
import {
  CHANGED_PERSON,
  CLEAR_LOGINS,
  LOG_IN,
  LOGINS_CLEARED,
  LOGINS_VIEW,
  NEW_PERSON,
  NOTHING,
  PERSON_VIEW,
  PERSONS,
  SESSION_ENDED,
  SESSION_VIEW,
  SHIFT_VIEW,
  UNLOCK,
} from '../../messages/index.js';
import { LEDGER_BUSY } from '../../signing/errors.js';
import * as persons from '../persons/errors.js';

import { money, question, type Route } from './route.js';

/** What persons ask of a device, and who keeps the list of them. */
export const PERSON_ROUTES = {
  logIn: {
    ...{ ...question, scope: 'any', session: 'none' },
    path: '/v1/sessions',
    summary: '登录: a person logs in at this device, and opens or joins its shift',
    request: LOG_IN,
    reply: SESSION_VIEW,
    refusals: [
      ...[persons.LOGIN_REFUSED, persons.PERSON_LOCKED, persons.PERSONS_NOT_KEPT, LEDGER_BUSY],
    ],
  },
  getSession: {
    ...{ method: 'GET', money: false, scope: 'any', session: 'locked' },
    path: '/v1/sessions/current',
    summary: 'Who is logged in, in which shift, and whether the session is locked',
    reply: SESSION_VIEW,
    refusals: [],
  },
  unlockSession: {
    ...{ ...question, scope: 'any', session: 'locked' },
    path: '/v1/sessions/unlock',
    summary: 'The same person enters the password again',
    request: UNLOCK,
    reply: SESSION_VIEW,
    refusals: [persons.LOGIN_REFUSED, persons.PERSON_LOCKED, LEDGER_BUSY],
  },
  endSession: {
    ...{ ...question, scope: 'any', session: 'locked' },
    path: '/v1/sessions/end',
    summary: '退出: the person leaves; the shift stays open',
    request: NOTHING,
    reply: SESSION_ENDED,
    refusals: [],
  },
  closeShift: {
    ...{ ...question, scope: 'supervise' },
    path: '/v1/shifts/close',
    summary: '交班: the shift of this device is over, and with it every session in it',
    request: NOTHING,
    reply: SHIFT_VIEW,
    refusals: [persons.SHIFT_NOT_OPEN, persons.PERSONS_NOT_KEPT],
  },
  findLogins: {
    ...{ ...question, scope: 'audit' },
    path: '/v1/logins/query',
    summary: 'Wrong passwords that count, by person and device',
    request: NOTHING,
    reply: LOGINS_VIEW,
    refusals: [persons.PERSONS_NOT_KEPT],
  },
  clearLogins: {
    ...{ ...money, scope: 'release' },
    path: '/v1/logins/clear',
    summary: 'Let a person’s wrong passwords count no more; who says so, and why, is kept',
    request: CLEAR_LOGINS,
    reply: LOGINS_CLEARED,
    refusals: [persons.PERSON_UNKNOWN, persons.LOGINS_CLEARED_BEFORE, persons.PERSONS_NOT_KEPT],
  },
  findPersons: {
    ...{ ...question, scope: 'persons' },
    path: '/v1/persons/query',
    summary: 'Every person, and who changed each of them last',
    request: NOTHING,
    reply: PERSONS,
    refusals: [persons.PERSONS_NOT_KEPT],
  },
  addPerson: {
    ...{ ...question, scope: 'persons' },
    path: '/v1/persons',
    summary: 'One more person; an id is never given again',
    request: NEW_PERSON,
    reply: PERSON_VIEW,
    refusals: [persons.PERSON_EXISTS, persons.PERSONS_NOT_KEPT],
  },
  changePerson: {
    ...{ ...question, scope: 'persons' },
    path: '/v1/persons/change',
    summary: 'Another name, other roles, a new password, kept out or let in again',
    request: CHANGED_PERSON,
    reply: PERSON_VIEW,
    refusals: [persons.PERSON_UNKNOWN, persons.PERSONS_NOT_KEPT],
  },
} as const satisfies Readonly<Record<string, Route>>;
