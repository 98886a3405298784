import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from './certificate.js';

/** What the generated Prosody configuration depends on. */
export interface ProsodySettings {
  /** Absolute directory for data and logs. */
  readonly directory: string;
  readonly domain: string;
  readonly guestDomain: string;
  readonly mucDomain: string;
  readonly bindIps: readonly string[];
  readonly c2sPort: number;
  readonly httpPort: number;
  readonly websocketUrl: string;
  readonly certificate: Certificate;
  /** Absent: no relay is announced. */
  readonly turn?: { readonly host: string; readonly port: number; readonly secret: string };
  /** Log every stanza, at level debug. */
  readonly debugStanzas: boolean;
}

const MODULES_DIRECTORY = join(import.meta.dirname, 'prosody-modules');

const MODULES = [
  ...['disco', 'roster', 'saslauth', 'tls', 'blocklist', 'bookmarks', 'carbons', 'pep', 'private', 'smacks'],
  ...['vcard4', 'vcard_legacy', 'csi_simple', 'ping', 'time', 'version', 'mam', 'offline', 'posix'],
  ...['websocket', 'xmpp_call_host_meta'],
];

/** The text of prosody.cfg.lua: loopback only, no federation, one host with accounts and one for anonymous guests. */
export function prosodyConfig(settings: ProsodySettings): string {
  const { directory, turn, certificate } = settings;
  const interfaces = luaList(settings.bindIps);
  const modules = [...MODULES, ...(turn ? ['turn_external'] : []), ...(settings.debugStanzas ? ['stanza_debug'] : [])];
  const turnLines = turn
    ? [
        `turn_external_host = ${lua(turn.host)}`,
        `turn_external_port = ${turn.port}`,
        `turn_external_secret = ${lua(turn.secret)}`,
        'turn_external_tcp = true',
      ]
    : [];
  return `run_as_root = true
data_path = ${lua(join(directory, 'data'))}
plugin_paths = { ${lua(MODULES_DIRECTORY)} }
interfaces = ${interfaces}
c2s_ports = { ${settings.c2sPort} }
http_ports = { ${settings.httpPort} }
http_interfaces = ${interfaces}
https_ports = { }
s2s_ports = { }
-- a request to an IP address carries no host name that Prosody knows
http_default_host = ${lua(settings.domain)}
http_cors_override = { websocket = { enabled = true } }
xmpp_call_websocket_url = ${lua(settings.websocketUrl)}
-- nothing leaves this machine: browsers may use ws: and passwords in the clear
consider_websocket_secure = true
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
limits = { }
storage = "internal"
archive_expires_after = "1d"
modules_enabled = ${luaList(modules)}
modules_disabled = { "s2s" }
${turnLines.join('\n')}
ssl = { key = ${lua(certificate.key)}; certificate = ${lua(certificate.cert)}; }
log = { { levels = { min = "${settings.debugStanzas ? 'debug' : 'info'}" }, to = "file", filename = ${lua(prosodyLog(directory))} } }

VirtualHost ${lua(settings.domain)}
  -- passwords kept as they are let one account log in by SCRAM-SHA-1, SCRAM-SHA-256 and PLAIN
  authentication = "internal_plain"
  disco_items = { { ${lua(settings.mucDomain)}, "Rooms" } }

VirtualHost ${lua(settings.guestDomain)}
  authentication = "anonymous"
  modules_disabled = { "mam", "offline" }
  modules_enabled = { "xmpp_call_anonymous_resume" }

Component ${lua(settings.mucDomain)} "muc"
  name = "Rooms"
  modules_enabled = { "muc_mam" }
  restrict_room_creation = false
`;
}

export function prosodyLog(directory: string): string {
  return join(directory, 'prosody.log');
}

/** Writes the accounts as files of Prosody's internal storage: what `prosodyctl register` does, without its start-up time. */
export async function writeAccounts(
  directory: string,
  domain: string,
  users: Readonly<Record<string, string>>,
): Promise<void> {
  const accounts = join(directory, 'data', encodeStoreName(domain), 'accounts');
  await mkdir(accounts, { recursive: true });
  for (const [user, password] of Object.entries(users)) {
    await writeFile(
      join(accounts, `${encodeStoreName(user)}.dat`),
      `return {\n\t["password"] = ${lua(password)};\n};\n`,
    );
  }
}

/** Prosody's file names: every byte that is no ASCII letter or digit as %xx. */
function encodeStoreName(name: string): string {
  return [...Buffer.from(name)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** A Lua string literal; decimal escapes keep every byte. */
function lua(text: string): string {
  const body = [...Buffer.from(text)].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\${byte.toString().padStart(3, '0')}`
      : String.fromCharCode(byte),
  );
  return `"${body.join('')}"`;
}

function luaList(values: readonly string[]): string {
  return `{ ${values.map(lua).join(', ')} }`;
}
