import { ENTRIES } from './build/entries.js';

/**
 * How large the package is where it is carried: minified for ES2019 and compressed with gzip, in
 * kB. A limit is raised with a reason, or not at all.
 */

/**
 * What an app imports, by name. Each row says what it is made of; a bundler that leaves out what is
 * not imported gets there.
 *
 * @typedef {object} Goal
 * @property {string} name
 * @property {number} limitKb
 * @property {Readonly<Record<string, string>>} imports names by file
 */
/** @type {readonly Goal[]} */
const GOALS = [
  {
    // Error texts in two languages and their class 6, commands and status words 5, the flow of a
    // recharge and the client 4, replies and their check 3.5, SHA-256 and the signature 3.5,
    // EF 0015, 0016 and 0018 with their records 2.5, the phone 1, the other halves of the
    // namespaces 2: 28.4. Since then: intents that survive, their four ends and the steps before
    // money 6, an end for every wait 1, transports that anybody wrote 0.8, advice by the stage of
    // the money and for whom 2.5, cards as they are 1. The 35 that was aimed at is missed by these.
    name: 'read, recharge, load, serverClient and a phone',
    // A taking that lives until its dialog is closed, payments of several visits beside each other,
    // numbers as people type them, a provider that is late, a key of one card, QR calls: 1.2.
    // Wrong options in both languages, a stuck outbox, who is at the dialog: 0.9.
    // Numbers of a journal's files stay readable: 0.1. The address of an error's page: 0.1.
    // Pages behind a door, which sign nothing: 0.1.
    limitKb: 43.7,
    imports: {
      'dist/terminal.js': '{ readCard, recharge, load, serverClient }',
      'dist/transport/nfc.js': '{ nfcTransport }',
    },
  },
  // The error class with its two languages and its redactor 1.7: who acts, who stops, what may be
  // tried again, and the words and units of details are 0.3 of it. Two rows; the parser 0.2. The
  // address of an error's page: 0.1.
  { name: 'parseYuan', limitKb: 2.5, imports: { 'dist/money.js': '{ parseYuan }' } },
  // The error class 1.7, seven rows of the transport 1.2, the phone's own codes 0.6, the rest 0.5;
  // bytes in whatever form a host has them, and limits that it does not know: 0.4.
  ...[
    ['nfc', '{ nfcTransport }'],
    ['wechat', '{ wechatTransport }'],
    ['harmony', '{ harmonyTransport }'],
    ['web-smart-card', '{ webSmartCardTransport }'],
    // Finding a reader and waiting for a card (openPcscReader) is 0.4 more: texts of its own.
    ['pcsc', '{ pcscTransport }'],
  ].map(([name = '', names = '']) => ({
    name: `${name} alone`,
    limitKb: 5,
    imports: { [`dist/transport/${name}.js`]: names },
  })),
  // The error class 1.7, its row, the status words it knows nothing of: the bytes are split.
  { name: 'parseResponse', limitKb: 2.4, imports: { 'dist/apdu.js': '{ parseResponse }' } },
  // A loop over sixteen digits.
  { name: 'toHex', limitKb: 0.2, imports: { 'dist/bytes.js': '{ toHex }' } },
  // The host's decoder, proved; no table.
  { name: 'decodeGbk', limitKb: 0.6, imports: { 'dist/gbk.js': '{ decodeGbk }' } },
  // The record's fields both ways, the rows of what cannot be encoded, the decoder.
  { name: 'ef0015', limitKb: 5.9, imports: { 'dist/etc.js': '{ ef0015 }' } },
];

/**
 * Each subpath with everything it brings: the error class in all of them, and names of states and
 * of freeze reasons (0.5) where orders are decided. A subpath without a row is an error. The class
 * knows the address of an error's page: 0.1 wherever it was at its limit.
 */
/** @type {Readonly<Record<string, number>>} */
const LIMITS_KB = {
  // Terminal, transport types, money, bytes: the first goal and the outlet's other texts. What a
  // refusal means (locked, in parts, no Le), dates and balances as cards have them: 1. Transports
  // that anybody wrote, taken as they are: 0.8.
  // What a recharge asks before money, intents and their ends, ends of waits, advice by stage: 8.
  // Takings, late payments and late providers, typed numbers: 1.2, as in the first goal.
  // Wrong options in both languages, a stuck outbox, who is at the dialog: 0.9.
  index: 43.7,
  // Hex, integers, BCD, and the rows of bad bytes.
  // Numbers of a journal's files stay readable: 0.1, in whatever has the error class.
  bytes: 3.3,
  // Decoding by the host, encoding by its inverse.
  gbk: 3.1,
  // 6,763 ideographs 17.5, symbols 2, four-byte ranges 0.6, the reader 1.
  'gbk-table': 22,
  money: 2.7,
  record: 5.1,
  errors: 2.5,
  // Every row in two languages: for documentation and tests.
  // Files, databases, HSM and journals that are away, damaged or another's: 2.5.
  // The prompts of the guide with their remedies, in two languages.
  prompts: 4,
  // Purse and etc, whose files say what bytes mean.
  explain: 42,
  // Locked cards, T=0 unwrapped, a torn bench load, a card that takes any MAC2: 0.5.
  // Keys of payment providers that are none: 0.1.
  // Providers, refunds on their way, work for people, what differs in a bill: 2.2.
  // Persons, days, the door, tokens, refunds by hand, wrong codes: 39 rows, 4.2.
  // Pages that are not built: 0.1.
  // Words that were set elsewhere, logins cleared before: 0.4.
  'error-table': 31.6,
  // Eleven commands with their own status words.
  apdu: 9.4,
  // DES with the parts of its package that it asks for 14, bytes for it 8, SM4 2, our own 4.
  crypto: 29,
  'crypto/crypto-js': 3,
  // Crypto, apdu, and sixteen commands and formulas.
  purse: 37,
  // Five files, their code tables, issuers and networks.
  etc: 9.8,
  // The decisions 9.8, with doubt, refunds that are handed out and repair in them, and the
  // declarations of what terminals and servers say 3. Days that are real and their ranges: 0.3.
  // Taking money, and its ends; who acts, stops and may try again: 1.3.
  // What provider closed, what a hand gave back, and their rows: 0.4.
  load: 17.4,
  // The redactor knows grouped numbers and names of strangers: 0.1.
  // An end for every exchange and for opening, and bytes and errors in any form: 1.5.
  // The row of a reader without a card: 0.1.
  // Chinese as it is written, in sources and bundles: 0.1.
  transport: 11.4,
  // Answers in whatever form: 0.4.
  'transport/simulator': 3,
  // Copies of packets and of pieces told from what belongs there: 0.3.
  'transport/ble-box': 7.8,
  // Two sides of a protocol, its messages and its signature.
  // A driver's beat and lease, one start of a terminal, masks of spent steps: 3.
  'transport/remote': 23.2,
  'transport/tcp': 5.1,
  // As in the index: refusals, dates and balances as cards have them. Transports that anybody
  // wrote, taken as they are: 0.8.
  // As the index: what is asked before money, intents, ends of waits, advice by stage.
  // Takings, late payments and late providers, typed numbers: 1.2, as in the first goal.
  // Wrong options in both languages, a stuck outbox, who is at the dialog: 0.8.
  // The client of an office and the pages it reads: 1.5.
  // Persons who log in, and pages behind a door: 0.3.
  // Limits and logins for an office: 0.3.
  terminal: 46.1,
  // Layout and commands 1.5, texts of the error class 1.9, the encoder of GBK 1.6, amounts, plates
  // and China's time 1.3. A printer's page on a phone takes no more than this.
  // Facts that no paper can say, refused in both languages: 0.4.
  // The address of an error's page: 0.1.
  slip: 8.5,
  // Every driver names an option that is none: 0.1. With what Hermes lacks, an Env and a fetch that
  // ends: 1.
  'transport/nfc': 5.6,
  // With WeChat's random numbers and requests: 1.2.
  'transport/wechat': 5.8,
  'transport/harmony': 4.8,
  'transport/web-smart-card': 5.1,
  // With listing, waiting and opening.
  'transport/pcsc': 5.5,
  // Crypto 28, the table of characters 19 (a card is the same on every host), the card 14, the
  // declarations of what is saved and asked for 5.
  simulator: 68,
  // Rows of journals, decisions that are committed together, orders that are kept: 6. Plates that
  // are folded, and each way of asking for orders with its index: 0.6.
  // The table of orders made anew, who and where, intents, plates' keys: 2.
  // Codes with generations, claimed rows, refunds and work: 2.2.
  // Days that are closed once, persons and their shifts, places of guesses: 4.2.
  // Tries of passwords and reports that are counted first: 0.9.
  // What vouches for persons, wrong logins and their clearing, days added up again: 1.9.
  'server/sqlite': 35.9,
  // The same, one statement a decision 7, connections that die or hang 4, journals' locks 2; what a
  // restore left out is missed, what goes with a new order: 0.7. Plates and orders
  // as in SQLite: 0.8.
  // As SQLite.
  // The same payment book: 2.2.
  // Days, persons and guesses, as SQLite: 4.5.
  // Tries and reports: 1.
  // Vouching, logins and days, as SQLite: 1.8.
  'server/postgres': 44.2,
  // The hold 3.5: fifteen rows in two languages, and one lock for each kind of system. The journal
  // in segments, its comparison and check 7, copies 3. A shortened journal refused, a database that
  // is away or no ledger named by its checks: 1.
  // Lines that tell their orders: 0.3.
  // The audit trail exported and checked by itself, with rows of its own: 6.6.
  // Closed days that are verified, names that can be read out: 1.2.
  'server/files': 33.2,
  // Routes and their declarations, and what makes the description of them 6.
  // Outages and journals in the routes and their descriptions: 3; callers and limits checked: 1.
  // Orders by number, payment and state, and by whom: 0.5.
  // The routes of taking: 1. Slips of orders: 0.5.
  // What a provider is asked first, caps, work and statements with their rows: 3.2.
  // Persons, days and limits in routes and their descriptions 8, readiness, histograms, marks and
  // what is shed 5, the counter's door 2, refusals of a host 1.
  // Orders of other outlets, tries of a device: 0.6.
  // Routes of logins, who may be a second word, and first ones that count no more: 0.8.
  'server/http': 59.2,
  // The error class 1.9, valibot and the forms of replies and options 5, signatures, seals, keys
  // and bills 5.
  // The address of an error's page: 0.1.
  'server/payment/wechat': 15.8,
  // The same with ZIP, GBK and forms.
  // The address of an error's page: 0.1.
  'server/payment/alipay': 15.3,
  // Crypto 28, formulas 5, declarations and their check 5, the token and its children 5.
  'server/hsm/pkcs11': 45,
  // Crypto 28, the table of characters 19 (plates are searched for), orders and payments 27,
  // the declarations of requests and key files 4, comparing and repairing a ledger 11,
  // what an authority is made of, checked: 2.
  // The check before money, the taking of it, plates, ranges of days: 3.
  // Codes, refunds, notices, work, statements and their rows, the checked port: 7.8.
  // Persons, shifts, rights 3; guesses 1; refunds by hand, bills both ways 2.6.
  // Two words and logins, and first words that count no more: 0.9.
  server: 117.9,
  // Server, simulator, the suites of conformance and the vector runner.
  // The declarations of vector files and options are in it too.
  // The server's comparing is in it: 10; its options, checked: 0.3. Slips, as vectors run them, and
  // what a ledger must find: 1.6. Counting what a probe has loaded, and saying why a card is
  // refused: 3. Rules for bytes, limits and copies, and skips with their reason: 0.9.
  // Suites of remote cards and of records, slips' vectors: 12.
  // The gateway's closing and refunds, the ledger's new cases: 4.
  // As the server: persons, days, guesses; cases of a ledger's days: 5.3.
  // Books of persons that are held to it: 0.2.
  testing: 162.8,
  // Two providers 15, the primes of their keys 2, declarations and their check 6, the error class
  // 2.4, the encoder of GBK 1.6.
  'testing/providers': 28,
};

const rows = ENTRIES.map(({ name, host }) => {
  const limitKb = LIMITS_KB[name];
  if (limitKb === undefined) throw new Error(`no size limit for ${name}`);
  return { ...rowOf(`quancun/${name}`, limitKb, host), path: `dist/${name}.js` };
});
const goals = GOALS.map(({ name, limitKb, imports }) => ({
  ...rowOf(name, limitKb, 'any'),
  path: Object.keys(imports),
  import: imports,
}));

export default [...goals, ...rows];

/** @param {string} name @param {number} limitKb @param {'any' | 'node'} host */
function rowOf(name, limitKb, host) {
  return {
    name,
    limit: `${String(limitKb)} kB`,
    gzip: true,
    modifyEsbuildConfig: (config) => ({
      ...config,
      // Chunks without side effects are left out, as they should be.
      logOverride: { 'ignored-bare-import': 'silent' },
      platform: host === 'node' ? 'node' : 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2019',
    }),
  };
}
