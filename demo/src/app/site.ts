/** What the deployment says of this device: outlet, terminal, telephone numbers. */

/** As `/site.json` has it. */
export interface Site {
  readonly kind: 'self' | 'bank' | 'office';
  readonly name: string;
  readonly reader: 'simulated' | 'pcsc';
  /** The number of the terminal, 12 hex digits; an office has none. */
  readonly terminal: string | null;
  readonly administrator: string;
  readonly service: string;
  /** Providers of QR payments. */
  readonly providers: readonly string[];
  /** A demonstration alone says who can log in. */
  readonly demo?: {
    readonly people: readonly {
      readonly personId: string;
      readonly name: string;
      readonly roles: readonly string[];
    }[];
    readonly password: string;
  };
}

let known: Site | undefined;

/** Asked once, before the page is drawn. */
export async function loadSite(): Promise<void> {
  const response = await fetch('/site.json');
  known = (await response.json()) as Site;
}

export function site(): Site {
  if (known === undefined) throw new Error('loadSite comes first');
  return known;
}
