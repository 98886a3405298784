import { mkdirSync, writeFileSync } from 'node:fs';
import { PAGE, formattedPage } from './docs.testing.js';

mkdirSync(new URL('.', PAGE), { recursive: true });
writeFileSync(PAGE, await formattedPage());
