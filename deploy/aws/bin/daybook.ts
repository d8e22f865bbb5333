import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { type Given, readSettings, settingNames, withoutEmpty } from '../lib/settings.ts';
import { DaybookStack } from '../lib/stack.ts';

const bundles = fileURLToPath(new URL('../../../../dist/lambda', import.meta.url));

try {
  const app = new App({ analyticsReporting: false });
  const said = settingNames.flatMap((name) => {
    const value = app.node.tryGetContext(name) as unknown;
    return value === undefined ? [] : [[name, String(value)]];
  });
  const given = withoutEmpty(Object.fromEntries(said) as Given);
  const settings = readSettings(given);
  new DaybookStack(app, settings.stack, { given, settings, bundles });
} catch (error) {
  // One line: what was expected of a setting, or of the built functions.
  process.stderr.write(`daybook: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
