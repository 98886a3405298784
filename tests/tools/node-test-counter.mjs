import { relative } from 'node:path';

/**
 * Reporter for node:test whose whole output is one line of JSON: how many tests passed, failed and were skipped, and what
 * failed. A file that holds no test is a failure.
 * @param {import('node:test').TestsStream} events
 */
export default async function* count(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const failures = [];
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, nesting, details, skip, todo, file } = event.data;
    if (details.type === 'suite') continue;
    const isFile = nesting === 0 && (name === file || /\.test\.ts$/.test(name));
    if (event.type === 'test:fail' || isFile) {
      counts.failed += 1;
      failures.push(`${relative(process.cwd(), file ?? '')}: ${name}: ${reasonOf(event.data)}`);
    } else if ((skip !== undefined && skip !== false) || (todo !== undefined && todo !== false)) counts.skipped += 1;
    else counts.passed += 1;
  }
  yield JSON.stringify({ ...counts, failures });
}

/** @param {import('node:test').EventData.TestPass | import('node:test').EventData.TestFail} event */
function reasonOf({ details }) {
  const error = 'error' in details ? details.error : undefined;
  const { cause = error } = error ?? {};
  return cause instanceof Error ? cause.message : String(cause ?? 'no test');
}
