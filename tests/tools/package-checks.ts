/** What publint and are-the-types-wrong say of a tarball; both work offline. */
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** The packages are ESM only: these resolve no `exports`, or are `require`. */
const UNSUPPORTED_RESOLUTIONS = ['node10', 'node16-cjs'];

export async function publintMessages(tarball: string): Promise<string[]> {
  const content = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: content.buffer }, strict: true });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/**
 * @param tarball path
 * @param loaded matches exports that are loaded by their address, and have no types
 */
export async function typeProblems(tarball: string, loaded: RegExp): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (!result.types) return ['no types'];
  return result.problems
    .filter((problem) => !('entrypoint' in problem) || !loaded.test(problem.entrypoint))
    .filter((problem) => !('resolutionKind' in problem) || !UNSUPPORTED_RESOLUTIONS.includes(problem.resolutionKind))
    .map((problem) => JSON.stringify(problem));
}
