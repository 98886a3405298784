import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packAll } from '../../tools/build/pack.mjs';

/**
 * Packs the packages and unpacks them into `node_modules` of a directory. In the checkout, what they need of others is found
 * there.
 * @returns of each package its directory and the tarball
 */
export async function installPackages(directory: string): Promise<{ home: string; tarball: string }[]> {
  const tarballs = await packAll(join(directory, 'tarballs'));
  return tarballs.map((tarball) => {
    const name = /xmpp-call-(.*)-\d+\.\d+\.\d+/.exec(tarball)?.[1] ?? '';
    const home = join(directory, 'node_modules', '@xmpp-call', name);
    mkdirSync(home, { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', home]);
    return { home, tarball };
  });
}
