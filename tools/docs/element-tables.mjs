/** Tables of documentation, in Markdown, from the manifest of the element. */

/** @typedef {import('@custom-elements-manifest/analyzer/src/create.js').ElementDeclaration} ElementDeclaration */
/** @typedef {import('@custom-elements-manifest/analyzer/src/create.js').Item} Item */
/** @typedef {import('@custom-elements-manifest/analyzer/src/create.js').Member} Member */

/** @type {Readonly<Record<string, (element: ElementDeclaration) => string>>} */
export const TABLES = {
  attributes: ({ attributes }) =>
    table(
      ['attribute', 'property', 'meaning'],
      attributes.map((one) => [code(one.name), code(one.fieldName), text(one)]),
    ),
  properties: ({ members }) =>
    table(
      ['property', 'type', 'meaning'],
      members
        .filter(({ kind, attribute }) => kind === 'field' && attribute === undefined)
        .map((one) => [code(one.name), code(one.type?.text), `${text(one)}${one.readonly ? ' Read only.' : ''}`]),
    ),
  methods: ({ members }) =>
    table(
      ['method', 'meaning'],
      members
        .filter(({ kind }) => kind === 'method')
        .map((one) => [code(`${one.name}(${parametersOf(one)})`), text(one)]),
    ),
  events: ({ events }) =>
    table(
      ['event', 'class', 'meaning'],
      events.map((one) => [code(one.name), code(one.type?.text), text(one)]),
    ),
  slots: ({ slots }) =>
    table(
      ['slot', 'meaning'],
      slots.map((one) => [one.name === '' ? '(default)' : code(one.name), text(one)]),
    ),
  parts: ({ cssParts }) =>
    table(
      ['part', 'meaning'],
      cssParts.map((one) => [code(one.name), text(one)]),
    ),
  states: ({ cssStates }) =>
    table(
      ['state', 'meaning'],
      cssStates.map((one) => [code(`:state(${one.name})`), text(one)]),
    ),
  'custom properties': ({ cssProperties }) =>
    table(
      ['custom property', 'default', 'meaning'],
      cssProperties.map((one) => [code(one.name), code(one.default), text(one)]),
    ),
};

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @param {string | undefined} value */
function code(value) {
  return value === undefined ? '' : `\`${value.replaceAll('|', '\\|')}\``;
}

/** @param {Item} item */
function text({ description = '' }) {
  return description.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}

/** @param {Member} member */
function parametersOf({ parameters = [] }) {
  return parameters.map(({ name }) => name).join(', ');
}
