/**
 * Where persons are kept, with their sessions and shifts: in the ledger's database, so that every
 * instance of a server knows who is logged in. A session is a random token of which only the digest
 * is kept: whoever reads the database can log in as nobody.
 */
import type { Role } from '../../messages/index.js';
import type { LoginTry, TryPlace, WrongLogins } from './login-rule.js';

/** A person who logs in. */
export interface Person {
  readonly personId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** As `hashPassword` makes it. */
  readonly password: string;
  /** Kept out until the office says otherwise. */
  readonly isShut: boolean;
  /** After too many wrong passwords at several devices: nobody is let in before, at any. */
  readonly lockedUntilMs?: number;
  /** Mark of the password that was set at the server itself; another one's, or none: not there. */
  readonly vouchedPassword?: string;
  /** The roles that were given there. */
  readonly vouchedRoles?: readonly Role[];
  /** Who last changed it, and when. */
  readonly changedBy: string;
  readonly changedAtMs: number;
}

/** What may be changed of a person. */
export interface PersonChange extends Partial<
  Pick<Person, 'name' | 'roles' | 'password' | 'isShut' | 'vouchedPassword' | 'vouchedRoles'>
> {}

/** Who is logged in where. */
export interface PersonSession {
  readonly personId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** The device: nobody else's session is good at it. */
  readonly keyId: string;
  readonly shiftId?: string;
  readonly begunAtMs: number;
  readonly seenAtMs: number;
}

/** A session that begins. */
export interface NewSession {
  /** SHA-256 of the token, hex. */
  readonly tokenHash: string;
  readonly personId: string;
  readonly keyId: string;
  readonly atMs: number;
  /** Mark of the password that was right: once another one is set, this session is nobody's. */
  readonly passwordMark: string;
  /** Where the device has shifts: its open one is joined, or this one opened. */
  readonly shift?: { readonly shiftId: string; readonly outlet?: string };
}

/** A shift (班次) of one device: whoever logs in while it is open joins it. */
export interface Shift {
  readonly shiftId: string;
  readonly keyId: string;
  readonly outlet?: string;
  readonly openedBy: string;
  readonly openedAtMs: number;
  readonly closedBy?: string;
  readonly closedAtMs?: number;
}

/** The book of persons. Each method is one durable transaction. */
export interface PersonBook {
  findPerson(personId: string): Promise<Person | undefined>;
  /** By their ids. */
  listPersons(): Promise<readonly Person[]>;
  /** `false`: there is one with this id. */
  addPerson(person: Person): Promise<boolean>;
  /**
   * Another password, other roles or being shut out ends what sessions the person has, and a new
   * password forgets wrong ones. `false`: there is no such person.
   */
  changePerson(personId: string, change: PersonChange, by: string, atMs: number): Promise<boolean>;
  /**
   * Takes a place for a try before it is weighed, as `findTryPlace` has one: of any number at once,
   * across processes, no more get one than that rule has. It need not outlast a power cut. One that
   * is never ended counts as wrong after a minute. An id that is nobody's has the same places.
   */
  takeTry(asked: LoginTry): Promise<TryPlace>;
  /** It was wrong; or right: then wrong ones of this person at this device count no more. */
  endTry(ended: LoginTry, isRight: boolean): Promise<void>;
  /** Wrong passwords that count, of persons who exist: what is nobody's id may be a password. */
  findWrongLogins(nowMs: number): Promise<readonly WrongLogins[]>;
  /**
   * Lets a person's wrong passwords count no more, and the person in again; answers how many there
   * were. Once for as long as they are looked at, whoever asks: otherwise whoever may clear could
   * guess on and on. `again`: it was done within that time.
   */
  clearTries(personId: string, atMs: number): Promise<number | 'again'>;
  /** Answers the shift that it belongs to, if it belongs to one. */
  beginSession(session: NewSession): Promise<string | undefined>;
  /**
   * One that has not ended, of a person who is not shut out and has the password that it began
   * with, in a shift that is open.
   */
  findSession(tokenHash: string): Promise<PersonSession | undefined>;
  /** It was used, or unlocked. */
  seeSession(tokenHash: string, atMs: number): Promise<void>;
  endSession(tokenHash: string, atMs: number): Promise<void>;
  /** Closes the open shift of a device and ends its sessions; nothing where none is open. */
  closeShift(keyId: string, by: string, atMs: number): Promise<Shift | undefined>;
  findShift(shiftId: string): Promise<Shift | undefined>;
}
