/** The custom elements manifest (https://github.com/webcomponents/custom-elements-manifest) of `<xmpp-call>`, from its class. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ts } from '@custom-elements-manifest/analyzer/index.js';
import { create } from '@custom-elements-manifest/analyzer/src/create.js';
import { litPlugin } from '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js';
import { ROOT } from '../setup.mjs';

const SOURCE = 'packages/element/src/xmpp-call.ts';
const MODULE = 'dist/xmpp-call.js';
/** Called by the browser, or by Lit. */
const INTERNAL = ['connectedMoveCallback', 'configuration', 'version'];

/** @typedef {import('@custom-elements-manifest/analyzer/src/create.js').ElementDeclaration} ElementDeclaration */

/** @returns {{ manifest: object, element: ElementDeclaration }} */
export function elementManifest() {
  const source = readFileSync(join(ROOT, SOURCE), 'utf8');
  const modules = [ts.createSourceFile(SOURCE, source, ts.ScriptTarget.ES2022, true)];
  const manifest = create({ modules, plugins: litPlugin(), context: { dev: false } });
  const [described] = manifest.modules;
  const element = described?.declarations.find(({ name }) => name === 'XmppCallElement');
  if (!described || !element) throw new Error(`${SOURCE} has no element`);
  element.tagName = 'xmpp-call';
  element.members = element.members.filter(isPublic);
  element.attributes = element.attributes.filter(
    ({ name, fieldName }) => name === 'lang' || element.members.some((member) => member.name === fieldName),
  );
  // What the comment of the class does not name is dispatched by something else.
  element.events = element.events.filter(({ name }) => name.startsWith('xmpp-call-'));
  described.path = MODULE;
  described.declarations = [element];
  described.exports = [{ kind: 'js', name: element.name, declaration: { name: element.name, module: MODULE } }];
  return { manifest, element };
}

/** @param {import('@custom-elements-manifest/analyzer/src/create.js').Member} member */
function isPublic({ name, privacy }) {
  return !name.startsWith('#') && (privacy ?? 'public') === 'public' && !INTERNAL.includes(name);
}
