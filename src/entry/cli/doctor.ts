import { Command } from 'commander';
import { examine } from '../doctor/doctor.ts';
import { type DataFlag, dataOption, say } from './data.ts';

type Flags = DataFlag & { readonly json?: true; readonly full?: true };

export function doctorCommand(): Command {
  return new Command('doctor')
    .summary('look at everything that can be wrong, and say what to do')
    .description(
      'look at everything that can be wrong, and say what to do: disk, clock, rights, books, …\n' +
        'Runs beside a server or without one, and changes nothing that is stored. Ends with code ' +
        '1 if something is wrong. Give it the environment of the server.',
    )
    .option('--full', 'read every file of the ledger, too, as daybook verify does')
    .option('--json', 'one line of JSON')
    .addOption(dataOption())
    .action(doctor);
}

async function doctor({ data, json, full }: Flags): Promise<void> {
  const findings = await examine({
    ...{ data, env: process.env, isFull: full === true, nowMs: Date.now() },
  });
  const problems = findings.filter(({ state }) => state === 'wrong').length;
  if (problems > 0) process.exitCode = 1;
  if (json) {
    say(JSON.stringify({ ok: problems === 0, findings }));
    return;
  }
  for (const { state, check, says, todo } of findings)
    say(`${state.padEnd(5)}  ${check.padEnd(18)}  ${says}${todo === undefined ? '' : `; ${todo}`}`);
  say(problems === 0 ? 'ok' : String(problems));
}
