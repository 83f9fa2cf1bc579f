#!/usr/bin/env node
/** The command line: one file per command; exit status 0 done, 1 failed, 2 wrong options. */
import { Command, CommanderError } from 'commander';
import { registerApdu } from './explain/apdu.js';
import { registerAudit } from './audit.js';
import { registerBackup } from './backup.js';
import { registerConformance } from './conformance.js';
import { registerDemo } from './demo/demo.js';
import { registerDocs } from './docs/docs.js';
import { registerExplain } from './explain/explain-command.js';
import { registerJournal } from './journal.js';
import { registerLimits } from './limits.js';
import { registerOffice } from './office/office.js';
import { registerOrders } from './orders.js';
import { registerPayment } from './payment.js';
import { registerPersons } from './persons.js';
import { registerProve } from './prove.js';
import { registerPurse } from './purse/purse.js';
import { registerRead } from './read.js';
import { registerServe } from './serve/serve.js';
import { registerSim } from './sim.js';
import { registerTerminal } from './recharge.js';
import { registerTestKeys } from './test-keys.js';
import { registerTrace } from './explain/trace.js';
import { registerVectors } from './vectors.js';
import { registerVerify } from './verify.js';
import { VERSION } from './version.js';

/** Builds the program with every command. */
function buildProgram(): Command {
  const program = new Command('quancun')
    .description('Recharge Chinese ETC toll cards, exactly once. 充值与圈存，一次不多，一次不少。')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError()
    .configureHelp({ sortSubcommands: false });
  registerDemo(program);
  registerDocs(program);
  registerExplain(program);
  registerRead(program);
  registerTerminal(program);
  registerPayment(program);
  registerOrders(program);
  registerLimits(program);
  registerOffice(program);
  registerServe(program);
  registerPersons(program);
  registerJournal(program);
  registerBackup(program);
  registerVerify(program);
  registerAudit(program);
  registerTestKeys(program);
  registerSim(program);
  registerPurse(program);
  registerApdu(program);
  registerTrace(program);
  registerVectors(program);
  registerConformance(program);
  registerProve(program);
  return program;
}

async function main(): Promise<void> {
  try {
    await buildProgram().parseAsync(process.argv);
  } catch (thrown) {
    // Commander has said what was wrong; what a command throws is said by the command itself.
    if (!(thrown instanceof CommanderError)) throw thrown;
    process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  }
}

// A reader that closed the pipe (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A server works on, whoever has stopped reading what it says.
  if (process.argv[2] === 'serve') return;
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
void main();
