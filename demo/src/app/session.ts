/** Who is logged in at this device. */
import { isQuancunError } from 'quancun';
import type { SessionView } from 'quancun/terminal';
import { reactive } from 'vue';
import { persons } from './server.js';

export const session = reactive<{ who: SessionView | undefined; isLocked: boolean }>({
  who: undefined,
  isLocked: false,
});

function enter(view: SessionView): void {
  session.who = view;
  session.isLocked = view.isLocked;
}

function leave(): void {
  session.who = undefined;
  session.isLocked = false;
}

/** After a reload the cookie may still be good. */
export async function findSession(): Promise<void> {
  try {
    enter(await persons.getSession());
  } catch (error) {
    if (isQuancunError(error, 'SESSION_REQUIRED')) leave();
  }
}

export async function logIn(personId: string, password: string): Promise<void> {
  enter(await persons.logIn(personId, password));
}

export async function unlock(password: string): Promise<void> {
  enter(await persons.unlock(password));
}

export async function logOut(): Promise<void> {
  await persons.logOut();
  leave();
}

/** 交班: whoever is in the shift is logged out with it. */
export async function closeShift(): Promise<void> {
  await persons.closeShift();
  leave();
}

/** What any call may throw: a session that has ended or is locked shows the login screen. */
export function noteSession(error: unknown): void {
  if (isQuancunError(error, 'SESSION_REQUIRED')) leave();
  if (isQuancunError(error, 'SESSION_LOCKED')) session.isLocked = true;
}

export function mayLead(): boolean {
  return session.who?.roles.includes('lead') === true;
}
