/**
 * What of the office a person's roles open. It decides what is shown, and nothing else: the server
 * asks the device's record and the person's roles at every request.
 */

/** What is shown. */
export interface OfficeRights {
  /** 待办 and the board: to see everything of the office. */
  readonly sees: boolean;
  /** 对账: days of outlets. */
  readonly seesDays: boolean;
  readonly closesDays: boolean;
  /** To cancel, to void, to withdraw. */
  readonly supervises: boolean;
  /** To book refunds, to end work, to compare bills. */
  readonly keepsMoney: boolean;
  /** To be one of the two words of a release. */
  readonly releases: boolean;
}

/** The tables of the server's own roles (操作员, 班长, 财务, 管理员, 稽核). */
export function officeRightsOf(roles: readonly string[]): OfficeRights {
  const has = (...some: readonly string[]): boolean => some.some((role) => roles.includes(role));
  return {
    sees: has('finance', 'administrator', 'auditor'),
    seesDays: has('lead', 'finance', 'administrator', 'auditor'),
    closesDays: has('lead', 'finance'),
    supervises: has('lead'),
    keepsMoney: has('finance'),
    releases: has('administrator'),
  };
}

/** Whether there is anything of the office for this person. */
export function isOfOffice(roles: readonly string[]): boolean {
  return Object.values(officeRightsOf(roles)).some((may) => may === true);
}
