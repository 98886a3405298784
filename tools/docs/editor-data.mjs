/** What editors know of the element, from its manifest: VS Code's custom data, and web-types for those of JetBrains. */

/** @typedef {import('@custom-elements-manifest/analyzer/src/create.js').ElementDeclaration} ElementDeclaration */
/** @typedef {import('@custom-elements-manifest/analyzer/src/create.js').Item} Item */
/** @typedef {{ name: string, description: string }} Entry */

/** The values of types that the compiler or another package names. @type {Readonly<Record<string, readonly string[]>>} */
const VALUES = { RTCIceTransportPolicy: ['all', 'relay'], MediaCorePreference: ['auto', 'native', 'wasm'] };

/**
 * https://code.visualstudio.com/api/extension-guides/custom-data-extension
 * @param {ElementDeclaration} element
 */
export function vscodeData(element) {
  return {
    version: 1.1,
    tags: [
      {
        name: element.tagName,
        description: text(element),
        attributes: element.attributes.map((attribute) => {
          const values = valuesOf(attribute).map((name) => ({ name }));
          return {
            ...entry(attribute),
            ...(isBoolean(attribute) ? { valueSet: 'v' } : {}),
            ...(values.length > 0 ? { values } : {}),
          };
        }),
      },
    ],
  };
}

/**
 * https://github.com/JetBrains/web-types
 * @param {ElementDeclaration} element
 * @param {{ name: string, version: string }} manifest  of the package
 */
export function webTypes(element, { name, version }) {
  return {
    $schema: 'https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json',
    name,
    version,
    'description-markup': 'markdown',
    contributions: {
      html: {
        elements: [
          {
            name: element.tagName,
            description: text(element),
            attributes: element.attributes.map((attribute) => ({
              ...entry(attribute),
              value: webTypesValue(attribute),
            })),
            slots: element.slots.map(entry),
            js: {
              properties: element.members
                .filter(({ kind }) => kind === 'field')
                .map((member) => ({ ...entry(member), type: member.type?.text, 'read-only': member.readonly })),
              events: element.events.map((event) => ({ ...entry(event), type: event.type?.text })),
            },
            css: { parts: element.cssParts.map(entry), properties: element.cssProperties.map(entry) },
          },
        ],
      },
    },
  };
}

/** @param {Item} attribute */
function webTypesValue(attribute) {
  if (isBoolean(attribute)) return { kind: 'no-value', type: 'boolean', required: false };
  const values = valuesOf(attribute).map((value) => `'${value}'`);
  const isNumber = attribute.type?.text.startsWith('number') === true;
  return { kind: 'plain', type: values.length > 0 ? values : isNumber ? 'number' : 'string' };
}

/** @param {Item} attribute */
function isBoolean({ type }) {
  return type?.text === 'boolean';
}

/** @param {Item} attribute @returns {readonly string[]} */
function valuesOf({ type }) {
  return (type?.text ?? '')
    .split('|')
    .map((part) => part.trim())
    .flatMap((part) => VALUES[part] ?? /^'(.*)'$/.exec(part)?.slice(1) ?? []);
}

/** @param {Item} item @returns {Entry} */
function entry(item) {
  return { name: item.name, description: text(item) };
}

/** @param {{ readonly description?: string }} item */
function text({ description = '' }) {
  return description.replaceAll(/\s+/g, ' ').trim();
}
