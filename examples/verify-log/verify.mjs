/**
 * Verifies MAC1 and TAC of every load in a log, for whoever settles an argument about money.
 *
 *   npm start -- LOG KEYS
 *
 * LOG has a command and its response on lines of their own, `=> HEX` and `<= HEX`, as traces have
 * them; KEYS the keys of that card: { "cipher", "loadKey", "tacKey" }. Ends with 1 where a code is
 * wrong. Keys belong into an HSM: where they are there, ask it the same questions (`Hsm`).
 */
import { readFileSync } from 'node:fs';
import { fromHex } from 'quancun/bytes';
import { cipherByName } from 'quancun/crypto';
import { formatYuan } from 'quancun/money';
import {
  computeLoadSessionKey,
  creditForLoad,
  initializeForLoad,
  verifyLoadMac1,
  verifyLoadTac,
} from 'quancun/purse';

const LOAD_FROM_PURSE = 2; // the transaction type of an electronic purse's load
const [log, keyFile] = process.argv.slice(2);
const { cipher: name, ...hex } = JSON.parse(readFileSync(keyFile, 'utf8'));
const cipher = cipherByName(name); // 3des or sm4
const [loadKey, tacKey] = [fromHex(hex.loadKey), fromHex(hex.tacKey)];

let open; // what INITIALIZE FOR LOAD asked and the card answered
let wrong = 0;
for (const [command, response] of exchangesOf(readFileSync(log, 'utf8'))) {
  if (command[0] !== 0x80) continue;
  if (command[1] === 0x50 && command[2] === 0) open = verifyInitialize(command, response);
  if (command[1] === 0x52 && open !== undefined) open = verifyCredit(command, response);
}
process.exitCode = wrong === 0 ? 0 : 1;

/** 8050: the card proves by MAC1 which load it was asked for. */
function verifyInitialize(command, response) {
  const answer = initializeForLoad.parse(response);
  if (!answer.ok) return undefined;
  const { amountFen, terminal } = initializeForLoad.parseCommand(command);
  const asked = { amountFen, terminal, transactionType: LOAD_FROM_PURSE };
  const sessionKey = computeLoadSessionKey(cipher, loadKey, answer);
  const held = verifyLoadMac1(cipher, sessionKey, { ...answer, ...asked }, answer.mac1);
  tell(`counter ${answer.onlineAtc}, ${formatYuan(amountFen)} yuan: MAC1`, held);
  return { answer, asked };
}

/** 8052: the card proves by its TAC that the money is on it. */
function verifyCredit(command, response) {
  const { answer, asked } = open;
  const { date, time } = creditForLoad.parseCommand(command);
  const credit = response === undefined ? undefined : creditForLoad.parse(response);
  if (credit?.ok !== true) {
    console.log(`counter ${answer.onlineAtc}: no TAC; whether it was written, 805A must tell`);
    return undefined;
  }
  const rawBalanceAfter = answer.rawBalance + asked.amountFen;
  const { onlineAtc } = answer;
  const inputs = { ...asked, date, time, rawBalanceAfter, onlineAtc };
  tell(
    `counter ${onlineAtc}, ${date} ${time}: TAC`,
    verifyLoadTac(cipher, tacKey, inputs, credit.tac),
  );
  return undefined;
}

function tell(what, held) {
  if (!held) wrong += 1;
  console.log(`${what} ${held ? 'holds' : 'IS WRONG'}`);
}

/** Commands with their responses; none behind one whose answer was lost. */
function exchangesOf(text) {
  const exchanges = [];
  for (const [, arrow, bytes] of text.matchAll(/^(=>|<=) ([0-9A-Fa-f]+)$/gm)) {
    if (arrow === '=>') exchanges.push([fromHex(bytes)]);
    else exchanges.at(-1)[1] = fromHex(bytes);
  }
  return exchanges;
}
