import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { PortTakenError } from '../ports.mjs';

/** Files of `directory` appear below the URL path `/`, of the first mount that has them. */
export interface Mount {
  readonly directory: string;
  /** `{{name}}` in its HTML files is replaced by the value, escaped. */
  readonly values?: Readonly<Record<string, string>>;
}

export interface StaticServerOptions {
  readonly mounts: readonly Mount[];
  /** Default: a free port. */
  readonly port?: number;
  /** Further headers of every answer; names in lower case replace the defaults. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StaticServer {
  /** With trailing slash. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** What the widget asks of a page's policy, and nothing more; `connect` are further origins it may reach. */
export function contentSecurityPolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'self'",
    ["connect-src 'self' ws://127.0.0.1:* http://127.0.0.1:*", ...connect].join(' '),
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "worker-src 'self' blob:",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types xmpp-call lit-html',
  ].join('; ');
}

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy(),
  'permissions-policy': 'camera=(self), microphone=(self)',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};

/**
 * Serves files on 127.0.0.1, read-only and never from outside the mounts.
 * @throws {PortTakenError} when `port` is taken
 */
export async function startStaticServer({ mounts, port = 0, headers }: StaticServerOptions): Promise<StaticServer> {
  const sent = { ...HEADERS, ...headers };
  const server = createServer((request, response) => {
    answer(request, response, mounts, sent).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else end(response, 500, sent, error instanceof Error ? error.message : 'internal error');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTakenError(port, 'the demo pages', 'tcp') : error),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the web server has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    port: address.port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  mounts: readonly Mount[],
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    end(response, 405, { ...headers, allow: 'GET, HEAD' }, 'method not allowed');
    return;
  }
  const path = decodePath(request.url ?? '/');
  if (path === undefined) {
    end(response, 400, headers, 'bad path');
    return;
  }
  for (const mount of mounts) {
    const file = await findFile(mount.directory, path);
    if (file === undefined) continue;
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    if (extname(file) === '.html' && mount.values) {
      const html = fillIn(await readFile(file, 'utf8'), mount.values);
      end(response, 200, { ...headers, 'content-type': type }, request.method === 'HEAD' ? '' : html);
      return;
    }
    response.writeHead(200, { ...headers, 'content-type': type, 'content-length': (await stat(file)).size });
    if (request.method === 'HEAD') response.end();
    else
      createReadStream(file)
        .on('error', () => response.destroy())
        .pipe(response);
    return;
  }
  end(response, 404, headers, 'not found');
}

/** The decoded path without query, or undefined when it is no plain downward path. */
function decodePath(url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '');
  } catch {
    return undefined;
  }
  const parts = path.split('/');
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  return path.startsWith('/') && !/[\\\u0000-\u001f]/.test(path) && !parts.includes('..') ? path : undefined;
}

/** A regular file below `directory`, also after following links; a directory stands for its index.html. */
async function findFile(directory: string, path: string): Promise<string | undefined> {
  try {
    const root = await realpath(directory);
    let file = await realpath(join(root, path));
    if ((await stat(file)).isDirectory()) file = await realpath(join(file, 'index.html'));
    return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined; // it does not exist
  }
}

function fillIn(html: string, values: Readonly<Record<string, string>>): string {
  return html.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
    const value = values[name];
    return value === undefined
      ? placeholder
      : value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  });
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(body);
}
