/** Source packages of Debian, fetched by apt, whose signatures it checks; the upstream archive is pinned by its hash too. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError } from './build-error.mjs';
import { WORK_DIRECTORY } from './paths.mjs';
import { hasCommand, run } from './run.mjs';

/**
 * @typedef {object} SourcePin
 * @property {string} name     of the Debian source package
 * @property {string} version  of the upstream release; Debian's newest revision of it is taken, with its security patches
 * @property {string} suite    of Debian that has it
 * @property {string} archive  file name of the upstream archive
 * @property {string} sha256   of the upstream archive, in hex
 */

const SOURCES = join(WORK_DIRECTORY, 'sources');
const APT = join(SOURCES, 'apt');
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const DEBIAN = 'http://deb.debian.org/debian';
const DEBIAN_SECURITY = 'http://deb.debian.org/debian-security';

/**
 * The directory of an unpacked, patched source package; fetches it if it is not there. Do not build inside of it.
 * @param {SourcePin} pin
 * @returns {Promise<string>}
 * @throws {BuildError}
 */
export async function ensureSource(pin) {
  const directory = sourceDirectory(pin);
  if (existsSync(directory)) return directory;
  const missing = ['apt-get', 'dpkg-source'].filter((command) => !hasCommand(command));
  if (missing.length > 0 || !existsSync(KEYRING)) {
    throw new BuildError(
      `The sources of ${pin.name} come from Debian's archive, which takes a Debian-like system with these packages:\n\n` +
        '  sudo apt-get install -y --no-install-recommends dpkg-dev debian-archive-keyring\n',
    );
  }
  const downloads = join(SOURCES, `${pin.name}-${pin.version}.download`);
  rmSync(downloads, { recursive: true, force: true });
  mkdirSync(downloads, { recursive: true });
  const options = await privateApt(pin.suite);
  const revision = await newestRevision(pin, options);
  await run('apt-get', [...options, 'source', '--download-only', `${pin.name}=${revision}`], { cwd: downloads });
  checkArchive(pin, join(downloads, pin.archive));
  await unpack(downloads, directory);
  return directory;
}

/** @param {SourcePin} pin */
export function sourceDirectory({ name, version }) {
  return join(SOURCES, `${name}-${version}`);
}

/**
 * Options that give apt a state of its own, so that neither the system's settings nor root are needed.
 * @param {string} suite
 */
async function privateApt(suite) {
  const lists = join(APT, suite, 'lists');
  const cache = join(APT, suite, 'cache');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
  const sourceList = join(APT, suite, 'sources.list');
  const site = await configuredSite();
  const entries = [`${site} ${suite}`, `${site} ${suite}-updates`, `${DEBIAN_SECURITY} ${suite}-security`];
  writeFileSync(sourceList, entries.map((entry) => `deb-src [signed-by=${KEYRING}] ${entry} main\n`).join(''));
  const options = [
    ['Dir::Etc::sourcelist', sourceList],
    ['Dir::Etc::sourceparts', '/dev/null'],
    ['Dir::State::lists', lists],
    ['Dir::State::status', '/dev/null'],
    ['Dir::Cache', cache],
    ['APT::Sandbox::User', 'root'],
    ['Acquire::Retries', '3'],
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  await run('apt-get', [...options, 'update', '-qq']).catch((cause) => {
    throw new BuildError(`Debian's archive cannot be reached for the codecs' sources:\n${cause.message}`, { cause });
  });
  return options;
}

/** The Debian mirror that this system uses, or the public one. */
async function configuredSite() {
  const targets = await run('apt-get', [
    'indextargets',
    '--format',
    '$(ORIGIN) $(LABEL) $(SITE)',
    'Created-By: Packages',
  ]);
  const mirror = targets.split('\n').find((line) => line.startsWith('Debian Debian '));
  return mirror?.split(' ')[2] ?? DEBIAN;
}

/**
 * @param {SourcePin} pin
 * @param {readonly string[]} options
 */
async function newestRevision({ name, version, suite }, options) {
  const records = await run('apt-cache', [...options, 'showsrc', '--only-source', name]);
  const revisions = [...records.matchAll(/^Version: (.+)$/gm)]
    .map((match) => /** @type {string} */ (match[1]))
    .filter((revision) => revision.replace(/^\d+:/, '').replace(/-[^-]*$/, '') === version);
  if (revisions.length === 0) {
    throw new BuildError(
      `Debian's ${suite} has no ${name} ${version} any more: update the pin (docs/codecs.md says how)`,
    );
  }
  let newest = /** @type {string} */ (revisions[0]);
  for (const revision of revisions) {
    const isNewer = await run('dpkg', ['--compare-versions', revision, 'gt', newest]).then(
      () => true,
      () => false,
    );
    if (isNewer) newest = revision;
  }
  return newest;
}

/** @param {SourcePin} pin @param {string} file @throws {BuildError} if it is another archive */
export function checkArchive(pin, file) {
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (sha256 === pin.sha256) return;
  throw new BuildError(`${pin.archive} is not the pinned one: its SHA-256 is ${sha256}, expected ${pin.sha256}`);
}

/** @param {string} downloads @param {string} directory */
async function unpack(downloads, directory) {
  const description = readdirSync(downloads).find((name) => name.endsWith('.dsc'));
  if (description === undefined) throw new BuildError(`apt-get source left no .dsc file in ${downloads}`);
  // Apt has checked the hashes; the maintainer's own key need not be on this machine.
  await run('dpkg-source', ['--no-check', '--extract', description, 'unpacked'], { cwd: downloads });
  renameSync(join(downloads, 'unpacked'), directory);
  rmSync(downloads, { recursive: true });
}
