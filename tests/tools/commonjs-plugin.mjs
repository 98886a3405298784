import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const PACKAGES = /^\/node_modules\/(?:ltx\/lib|sdp-transform)\/.*\.js$/;

/**
 * Serves the CommonJS packages that our modules import as ES modules, which is all that browsers load.
 * @param {string} root  directory that holds node_modules
 * @returns {import('@web/dev-server-core').Plugin}
 */
export function commonJs(root) {
  const require = createRequire(import.meta.url);
  /** @type {Map<string, string>} */
  /** @type {Map<string, string>} */
  const served = new Map();
  return {
    name: 'commonjs',
    async serve(context) {
      if (!PACKAGES.test(context.path)) return undefined;
      let body = served.get(context.path);
      if (body === undefined) {
        const file = join(root, context.path);
        const names = Object.keys(require(file)).filter(
          (name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default',
        );
        const contents = `import module from ${JSON.stringify(file)};\nexport default module;\nexport const { ${names.join(', ')} } = module;\n`;
        const stdin = { contents, resolveDir: root };
        const result = await build({ stdin, bundle: true, format: 'esm', write: false, logLevel: 'silent' });
        body = result.outputFiles[0]?.text ?? '';
        served.set(context.path, body);
      }
      return { body, type: 'js' };
    },
  };
}
