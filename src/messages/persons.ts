/** What is said about persons: who logs in at a device, in which shift, and who may. */
import * as v from 'valibot';
import { declared, maybe, textOf, type Told, typed, wholeOf } from '../json/index.js';

const TEXT = /* @__PURE__ */ declared(() => typed<string>(v.string()));
const AT_MS = /* @__PURE__ */ wholeOf(0);
/** A password is not trimmed, and never repeated in an answer. */
const PASSWORD = /* @__PURE__ */ textOf(128);

/** A new one: six characters at least, a PIN among them. */
// eslint-disable-next-line no-control-regex -- they are what it keeps out
const NEW_PASSWORD = /* @__PURE__ */ textOf(128, /^[^\u0000-\u001f\u007f\ud800-\udfff]{6,128}$/);

/** Roles of persons. */
export const ROLES = ['operator', 'lead', 'finance', 'administrator', 'auditor'] as const;

/** What a person is: 操作员, 班长, 财务, 管理员, 稽核. */
export type Role = (typeof ROLES)[number];

const ROLES_TOLD = /* @__PURE__ */ declared(() => v.array(v.picklist(ROLES)));
const ROLES_SAID = /* @__PURE__ */ declared(() =>
  v.pipe(v.array(v.picklist(ROLES)), v.minLength(1)),
);
const PERSON_ID = /* @__PURE__ */ textOf(32, /^[A-Za-z0-9][A-Za-z0-9._-]*$/);

export const LOG_IN = /* @__PURE__ */ declared(() =>
  v.strictObject({
    /** 工号 */
    personId: textOf(32),
    password: PASSWORD,
  }),
);

/** Who logs in. */
export interface LogInRequest extends Told<typeof LOG_IN> {}

export const UNLOCK = /* @__PURE__ */ declared(() => v.strictObject({ password: PASSWORD }));

/** The same person is there again. */
export interface UnlockRequest extends Told<typeof UNLOCK> {}

export const LOGINS_VIEW = /* @__PURE__ */ declared(() =>
  v.object({
    /** Wrong passwords that count, by person and device. */
    logins: v.array(v.object({ personId: TEXT, keyId: TEXT, tries: AT_MS, lastMs: AT_MS })),
  }),
);

/** Whose passwords were wrong, and where. */
export interface LoginsView extends Told<typeof LOGINS_VIEW> {}

export const CLEAR_LOGINS = /* @__PURE__ */ declared(() =>
  v.strictObject({ personId: PERSON_ID, reason: textOf(256) }),
);

/** Whose wrong passwords are to count no more, and why. */
export interface ClearLoginsRequest extends Told<typeof CLEAR_LOGINS> {}

export const LOGINS_CLEARED = /* @__PURE__ */ declared(() =>
  v.object({ tries: AT_MS, clearedBy: TEXT }),
);

/** How many count no more. */
export interface LoginsCleared extends Told<typeof LOGINS_CLEARED> {}

export const SESSION_VIEW = /* @__PURE__ */ declared(() =>
  v.object({
    personId: TEXT,
    name: TEXT,
    roles: ROLES_TOLD,
    /** Where the device has shifts. */
    shiftId: maybe(TEXT),
    /** The device's own outlet. */
    outlet: maybe(TEXT),
    begunAtMs: AT_MS,
    /** After so long without a request the password is asked for again. */
    lockAfterMs: AT_MS,
    isLocked: v.boolean(),
    /** What stands in the signed text of every request from now on; told once, at the login. */
    session: maybe(TEXT),
  }),
);

/** Who is logged in. */
export interface SessionView extends Told<typeof SESSION_VIEW> {}

export const SESSION_ENDED = /* @__PURE__ */ declared(() => v.object({ ended: v.literal(true) }));

/** Nobody is logged in any more. */
export interface SessionEnded extends Told<typeof SESSION_ENDED> {}

export const SHIFT_VIEW = /* @__PURE__ */ declared(() =>
  v.object({
    shiftId: TEXT,
    keyId: TEXT,
    outlet: maybe(TEXT),
    openedBy: TEXT,
    openedAtMs: AT_MS,
    closedBy: maybe(TEXT),
    closedAtMs: maybe(AT_MS),
  }),
);

/** A shift. */
export interface ShiftView extends Told<typeof SHIFT_VIEW> {}

export const NEW_PERSON = /* @__PURE__ */ declared(() =>
  v.strictObject({
    personId: PERSON_ID,
    name: textOf(64),
    roles: ROLES_SAID,
    password: NEW_PASSWORD,
  }),
);

/** A person to be added. */
export interface NewPersonRequest extends Told<typeof NEW_PERSON> {}

export const CHANGED_PERSON = /* @__PURE__ */ declared(() =>
  v.strictObject({
    personId: PERSON_ID,
    name: maybe(textOf(64)),
    roles: maybe(ROLES_SAID),
    password: maybe(NEW_PASSWORD),
    /** Kept out, or let in again. */
    isShut: maybe(v.boolean()),
  }),
);

/** What is to change of a person. */
export interface ChangedPersonRequest extends Told<typeof CHANGED_PERSON> {}

export const PERSON_VIEW = /* @__PURE__ */ declared(() =>
  v.object({
    personId: TEXT,
    name: TEXT,
    roles: ROLES_TOLD,
    isShut: v.boolean(),
    lockedUntilMs: maybe(AT_MS),
    /**
     * What was not set at the server itself: such a person has no word where two are needed. Not
     * told by a server of before.
     */
    unvouched: maybe(v.array(v.picklist(['password', 'roles']))),
    changedBy: TEXT,
    changedAtMs: AT_MS,
  }),
);

/** A person. */
export interface PersonView extends Told<typeof PERSON_VIEW> {}

export const PERSONS = /* @__PURE__ */ declared(() => v.object({ persons: v.array(PERSON_VIEW) }));

/** Every person. */
export interface Persons extends Told<typeof PERSONS> {}
