#!/usr/bin/env node
// Stands where @vscode/test-electron expects the executable of VS Code: takes the arguments that VS Code would get, runs the
// suite in the extension host of code-server, and ends with the suite's exit code.
import { writeFileSync } from 'node:fs';
import { format } from 'node:util';
import { remoteUri, startBrowser, startServer, within, workbenchUrl } from './workbench.mjs';

const suiteTimeout = 240_000;
const mark = 'suite| ';
const windowLog = [];

const argumentsOf = (name) => {
  const prefix = `--${name}=`;
  return process.argv
    .filter((argument) => argument.startsWith(prefix))
    .map((argument) => argument.slice(prefix.length));
};
const [extension] = argumentsOf('extensionDevelopmentPath');
const [suite] = argumentsOf('extensionTestsPath');
const workspace = process.argv.slice(2).find((argument) => !argument.startsWith('-'));
const tools = JSON.parse(process.env.DISTILLINT_EDITOR_TOOLS ?? 'null');
if (!extension || !suite || !workspace || !tools) {
  console.error(
    'shim: needs a workspace, --extensionDevelopmentPath, --extensionTestsPath and DISTILLINT_EDITOR_TOOLS',
  );
  process.exit(2);
}

process.exitCode = await main();

async function main() {
  const server = await startServer({ tools, testing: true });
  const browser = await startBrowser({ tools });
  try {
    const page = await browser.newPage();
    let finish;
    const finished = new Promise((resolve) => {
      finish = resolve;
    });
    // The two functions that a workbench in test mode looks for on its window. The log is printf style.
    await page.exposeFunction('codeAutomationLog', (_kind, args) => take(format(...args)));
    await page.exposeFunction('codeAutomationExit', (code) => finish(code));
    // The page's own errors explain why a suite never started.
    page.on('pageerror', (error) => take(`page: ${error.message}`));
    page.on('crash', () => finish(1));
    const payload = [
      ['extensionDevelopmentPath', remoteUri(server.port, extension)],
      ['extensionTestsPath', remoteUri(server.port, suite)],
      ['extensionEnvironment', JSON.stringify(testEnvironment())],
    ];
    await page.goto(workbenchUrl(server.port, workspace, payload), { timeout: suiteTimeout });
    return await within(suiteTimeout, 'the suite did not end', finished);
  } catch (error) {
    console.error(`shim: ${error.message}`);
    return 1;
  } finally {
    writeLog(server.log());
    await browser.close().catch(() => {});
    await server.stop();
  }
}

/** What the suite says is passed on; what the window says of itself is long, and only wanted when something fails. */
function take(text) {
  if (text.startsWith(mark)) console.log(text.slice(mark.length));
  else windowLog.push(text);
}

function writeLog(serverLog) {
  const file = process.env.DISTILLINT_EDITOR_LOG;
  if (file) writeFileSync(file, `${windowLog.join('\n')}\n\n${serverLog}`);
}

/** What the suite is told: code-server's extension host does not inherit our environment. */
function testEnvironment() {
  const given = Object.entries(process.env).filter(([name]) => name.startsWith('DISTILLINT_TEST_'));
  return { ...Object.fromEntries(given), DISTILLINT_TEST_MARK: mark };
}
