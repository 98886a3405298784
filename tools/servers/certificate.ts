import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** PEM file paths. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** The authority that signed `cert`, for clients that must trust it. */
  readonly ca?: string;
}

const run = promisify(execFile);
const VALID_DAYS = '825';

/**
 * A private authority and one server certificate for `domains`, made with openssl once per directory.
 * Native XMPP clients demand TLS on their port; the browser side does without on loopback.
 */
export async function ensureCertificate(directory: string, domains: readonly string[]): Promise<Required<Certificate>> {
  const [ca, caKey, cert, key, request, extensions] = [
    'ca.crt',
    'ca.key',
    'server.crt',
    'server.key',
    'server.csr',
    'server.ext',
  ].map((name) => join(directory, name)) as [string, string, string, string, string, string];
  if (existsSync(cert)) return { key, cert, ca };
  await mkdir(directory, { recursive: true });
  await writeFile(
    extensions,
    [
      `subjectAltName=${domains.map((domain) => `DNS:${domain}`).join(',')},IP:127.0.0.1`,
      'extendedKeyUsage=serverAuth',
      'keyUsage=digitalSignature,keyEncipherment',
    ].join('\n'),
  );
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', VALID_DAYS, '-subj', '/CN=xmpp-call test authority'],
    ...['-keyout', caKey, '-out', ca],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ]);
  await run('openssl', [
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${domains[0] ?? 'localhost'}`],
    ...['-keyout', key, '-out', request],
  ]);
  await run('openssl', [
    ...['x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', VALID_DAYS],
    ...['-extfile', extensions, '-out', cert],
  ]);
  return { key, cert, ca };
}
