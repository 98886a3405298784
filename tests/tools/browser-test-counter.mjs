import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';

/**
 * Reporter for web-test-runner that writes passed, failed and skipped tests of all browsers to a JSON file, and what failed.
 * A file that fails to load, or ends without a result, counts as one failure.
 * @param {string} file
 * @returns {import('@web/test-runner').Reporter}
 */
export function browserTestCounter(file) {
  return {
    onTestRunFinished({ sessions }) {
      const counts = { passed: 0, failed: 0, skipped: 0 };
      /** @type {string[]} */
      const failures = [];
      for (const session of sessions) {
        const where = `${relative(process.cwd(), session.testFile ?? '')} in ${session.browser.name}`;
        const tests = session.testResults ? testsOf(session.testResults) : [];
        const failed = tests.filter((test) => !test.skipped && !test.passed);
        counts.passed += tests.filter((test) => test.passed && !test.skipped).length;
        counts.skipped += tests.filter((test) => test.skipped).length;
        counts.failed += failed.length > 0 || session.passed ? failed.length : 1;
        failures.push(...failed.map(({ name, error }) => `${where}: ${name}: ${error?.message ?? ''}`));
        if (failed.length === 0 && !session.passed) failures.push(`${where}: ${reasonsOf(session)}`);
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ ...counts, failures }));
    },
  };
}

/** @param {import('@web/test-runner').TestSession} session */
function reasonsOf({ errors }) {
  return errors.map(({ message }) => message).join('; ') || 'no result';
}

/**
 * @param {import('@web/test-runner').TestSuiteResult} suite
 * @returns {import('@web/test-runner').TestResult[]}
 */
function testsOf(suite) {
  return [...suite.tests, ...suite.suites.flatMap(testsOf)];
}
