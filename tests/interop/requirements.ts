import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import { runProgram } from '../tools/run-program.js';

const PROGRAMS = [
  'dbus-daemon',
  'dino-im',
  'gcc',
  'gdbus',
  'gst-launch-1.0',
  'import',
  'openbox',
  'pactl',
  'parec',
  'pkg-config',
  'pulseaudio',
  'sqlite3',
  'unshare',
  'xdotool',
  'xprop',
  'Xvfb',
] as const;

/** The bundle that GnuTLS, and so Dino, takes its trusted authorities from. */
const SYSTEM_CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

async function onPath(program: string): Promise<boolean> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const executable = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return true;
  }
  return false;
}

async function missingPrograms(): Promise<string | undefined> {
  const missing: string[] = [];
  for (const program of PROGRAMS) if (!(await onPath(program))) missing.push(program);
  if (missing.length === 0) return undefined;
  const packages = await readFile(new URL('debian-packages.txt', import.meta.url), 'utf8');
  return `these programs: ${missing.join(', ')}; on Debian 12: apt-get install ${packages.trim().split('\n').join(' ')}`;
}

function missingAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  if (addresses.some((address) => !address.internal && address.family === 'IPv4')) return undefined;
  return 'a network interface that is up and has an IPv4 address: Dino offers no candidates on loopback';
}

async function missingNamespaces(): Promise<string | undefined> {
  try {
    await runProgram(privateMounts(SYSTEM_CA_BUNDLE, ['true']), process.env);
    return undefined;
  } catch (error) {
    return (
      `root, or user namespaces for ordinary users (sysctl kernel.unprivileged_userns_clone=1), and ${SYSTEM_CA_BUNDLE}: ` +
      `Dino must trust the test's own certificate authority (${String(error)})`
    );
  }
}

/** A command line that runs `command` where the system's CA bundle is `bundle`, for it and its children alone. */
export function privateMounts(bundle: string, command: readonly string[]): [string, ...string[]] {
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const script = 'mount --bind "$0" "$1" && shift && exec "$@"';
  return ['unshare', '--mount', ...asRoot, '--', 'sh', '-c', script, bundle, SYSTEM_CA_BUNDLE, ...command];
}

/** Throws one error that lists everything this machine lacks for calls with a headless Dino. */
export async function requireDinoMachine(): Promise<void> {
  const missing = [await missingPrograms(), missingAddress()];
  if (missing[0] === undefined) missing.push(await missingNamespaces());
  const needs = missing.filter((need) => need !== undefined);
  if (needs.length > 0) throw new Error(`Tests with Dino need\n${needs.map((need) => `  - ${need}`).join('\n')}`);
}
