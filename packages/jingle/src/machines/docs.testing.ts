import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { stateMachinesPage } from './docs.js';

export const PAGE = new URL('../../../../docs/state-machines.md', import.meta.url);

/** The page as it is to stand in `docs/`, in the house's formatting. */
export async function formattedPage(): Promise<string> {
  const file = fileURLToPath(PAGE);
  return format(stateMachinesPage(), {
    ...(await resolveConfig(file)),
    filepath: file,
  });
}
