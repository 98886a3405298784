/** Tables of string unions with their doc comments, in Markdown. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../setup.mjs';

/** @type {Readonly<Record<string, { file: string, type: string, head: string }>>} */
const UNIONS = {
  'error codes': { file: 'packages/client/src/errors.ts', type: 'ErrorCode', head: 'code' },
  'call states': { file: 'packages/client/src/api.ts', type: 'CallState', head: 'state' },
  'end reasons': { file: 'packages/client/src/api.ts', type: 'EndReason', head: 'reason' },
};

/** @type {Readonly<Record<string, () => string>>} */
export const UNION_TABLES = Object.fromEntries(
  Object.entries(UNIONS).map(([name, union]) => [name, () => tableOf(union)]),
);

/** @param {{ file: string, type: string, head: string }} union @returns {string} */
function tableOf({ file, type, head }) {
  const members = membersOf(file, type);
  for (const { name, comment } of members) if (comment === '') throw new Error(`${file}: ${name} has no comment`);
  return [
    `| ${head} | meaning |`,
    '| --- | --- |',
    ...members.map(({ name, comment }) => `| \`${name}\` | ${comment} |`),
  ].join('\n');
}

/** @param {string} file @param {string} type @returns {{ name: string, comment: string }[]} */
function membersOf(file, type) {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const alias = source.statements.find((one) => ts.isTypeAliasDeclaration(one) && one.name.text === type);
  if (!alias || !ts.isTypeAliasDeclaration(alias) || !ts.isUnionTypeNode(alias.type))
    throw new Error(`${file} has no union ${type}`);
  return alias.type.types.map((member) => {
    // A comment stands before the bar of its member.
    const before = text.slice(0, member.getStart()).replace(/\s*\|?\s*$/, '');
    const [, comment = ''] = /\/\*\*((?:(?!\*\/)[^])*)\*\/$/.exec(before) ?? [];
    return {
      name: member.getText().replaceAll("'", ''),
      comment: comment
        .replaceAll(/\s*\n\s*\* ?/g, ' ')
        .replaceAll('|', '\\|')
        .trim(),
    };
  });
}
