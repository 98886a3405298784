import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a program to its end and returns its stdout.
 * `enough`: stop it as soon as it has written that many bytes. Throws, with what it wrote to stderr, on any other exit status than 0.
 */
export async function runProgram(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  limits: { readonly enough?: number; readonly timeoutMs?: number } = {},
): Promise<Buffer> {
  const [file, ...args] = command;
  if (file === undefined) throw new Error('empty command');
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: limits.timeoutMs ?? 15_000 });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  let length = 0;
  const satisfied = (): boolean => limits.enough !== undefined && length >= limits.enough;
  child.stdout.on('data', (chunk: Buffer) => {
    output.push(chunk);
    length += chunk.length;
    if (satisfied()) child.kill();
  });
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (status !== 0 && !satisfied()) {
    const reason = Buffer.concat(complaints).toString().trim();
    throw new Error(`${command.join(' ')}: ${signal ?? `exit status ${String(status)}`}: ${reason}`);
  }
  return Buffer.concat(output);
}
