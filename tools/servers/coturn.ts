import { join } from 'node:path';

export interface CoturnSettings {
  /** Absolute directory for the log, the pid file and the database. */
  readonly directory: string;
  readonly ip: string;
  readonly port: number;
  /** First and last port of relayed transport addresses. */
  readonly relayPorts: readonly [number, number];
  readonly realm: string;
  /** Shared with the XMPP server: time-limited credentials are derived from it. */
  readonly secret: string;
}

/** The text of turnserver.conf: one address, no TLS, credentials by shared secret. */
export function coturnConfig({ directory, ip, port, relayPorts, realm, secret }: CoturnSettings): string {
  return `listening-ip=${ip}
relay-ip=${ip}
listening-port=${port}
min-port=${relayPorts[0]}
max-port=${relayPorts[1]}
realm=${realm}
fingerprint
use-auth-secret
static-auth-secret=${secret}
# both ends of a local call are on loopback; with that allowed coturn insists on no open command line
allow-loopback-peers
no-cli
no-tls
no-dtls
no-multicast-peers
userdb=${join(directory, 'turn.sqlite')}
pidfile=${coturnPidFile(directory)}
log-file=${coturnLog(directory)}
simple-log
verbose
`;
}

export function coturnLog(directory: string): string {
  return join(directory, 'coturn.log');
}

/** coturn always writes one, and does not remove it. */
export function coturnPidFile(directory: string): string {
  return join(directory, 'coturn.pid');
}
