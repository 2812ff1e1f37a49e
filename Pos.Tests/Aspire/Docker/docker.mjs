// A `docker` without containers: what would be one is a process. `node docker.mjs STATE COMMAND …` notes each command in STATE/calls.jsonl and
// answers as Docker's command line does. A file STATE/down makes it one whose engine does not run.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const [state, command, ...args] = process.argv.slice(2);
const folder = (name) => path.join(state, 'containers', name);
const file = (name, part) => path.join(folder(name), part);
const exists = (name) => fs.existsSync(file(name, 'container.json'));
const hasEnded = (name) => !exists(name) || fs.existsSync(file(name, 'exit'));
const read = (name) => JSON.parse(fs.readFileSync(file(name, 'container.json')));

function fail(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function options(all) {
  const found = { name: '', labels: {}, ports: [], env: {}, rest: [] };
  for (let i = 0; i < all.length && !found.image; i++) {
    const value = () => all[++i];
    switch (all[i]) {
      case '--detach': break;
      case '--name': found.name = value(); break;
      case '--label': { const [key, ...text] = value().split('='); found.labels[key] = text.join('='); break; }
      case '--publish': { const [address, port] = value().split(':'); found.ports.push({ address, port: Number(port) }); break; }
      case '--mount': case '--entrypoint': value(); break;
      case '--env': { const [key, ...text] = value().split('='); found.env[key] = text.length ? text.join('=') : process.env[key]; break; }
      default: found.image = all[i]; found.rest = all.slice(i + 1);
    }
  }
  return found;
}

function begin(name) {
  fs.rmSync(file(name, 'exit'), { force: true });
  const log = fs.openSync(file(name, 'log'), 'a');
  const child = spawn(process.execPath, [process.argv[1], state, 'CONTAINER', name], { detached: true, stdio: ['ignore', log, log] });
  fs.writeFileSync(file(name, 'pid'), String(child.pid));
  child.unref();
}

function end(name, signal) {
  try {
    process.kill(Number(fs.readFileSync(file(name, 'pid'))), signal);
  } catch (gone) {
    if (gone.code !== 'ESRCH' && gone.code !== 'ENOENT') throw gone;
  }
}

// What runs "in" the container, by its image.
function contain(name) {
  const { image, env, ports, rest } = read(name);
  const exit = (code) => { fs.writeFileSync(file(name, 'exit'), String(code)); process.exit(code); };
  console.log([`${image} begins:`, ...rest, ...Object.entries(env).map(([key, value]) => `${key}=${value}`)].join(' '));
  if (image.startsWith('fake/ends')) {
    console.error('out of disk');
    exit(3);
  }
  process.on('SIGTERM', () => exit(0));
  let asked = 0;
  for (const { address, port } of ports)
    http.createServer((_, response) => { response.statusCode = ++asked < 3 ? 503 : 200; response.end(name); }).listen(port, address, () => console.log('listens'));
  setInterval(() => {}, 1000);
}

async function follow(name, from) {
  for (let position = from; ;) {
    const ended = hasEnded(name);
    const text = fs.existsSync(file(name, 'log')) ? fs.readFileSync(file(name, 'log')) : Buffer.alloc(position);
    process.stdout.write(text.subarray(position));
    position = text.length;
    if (ended) return;
    await delay(20);
  }
}

if (command === 'CONTAINER') {
  contain(args[0]);
} else {
  fs.appendFileSync(path.join(state, 'calls.jsonl'), `${JSON.stringify([command, ...args])}\n`);
  if (fs.existsSync(path.join(state, 'down')))
    fail('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?');
  const name = args.at(-1);
  switch (command) {
    case 'ps': {
      const [, key, text] = /^label=([^=]+)=(.*)$/.exec(args[args.indexOf('--filter') + 1]);
      for (const known of fs.readdirSync(path.join(state, 'containers')).filter(exists).map(read)) {
        if (known.labels[key] === text)
          console.log(args[args.indexOf('--format') + 1].replace('{{.Names}}', known.name).replace(/\{\{\.Label "([^"]+)"\}\}/g, (_, label) => known.labels[label] ?? ''));
      }
      break;
    }
    case 'run': {
      const made = options(args);
      process.stderr.write(`Unable to find image '${made.image}' locally\n`);
      if (made.image.startsWith('fake/missing'))
        fail(`docker: Error response from daemon: pull access denied for ${made.image}`, 125);
      if (exists(made.name))
        fail(`docker: Error response from daemon: Conflict. The container name "/${made.name}" is already in use.`, 125);
      fs.mkdirSync(folder(made.name), { recursive: true });
      fs.writeFileSync(file(made.name, 'container.json'), JSON.stringify(made));
      if (made.image.startsWith('fake/unstartable'))
        fail('docker: Error response from daemon: driver failed programming external connectivity', 125);
      begin(made.name);
      console.log('0123456789abcdef'.repeat(4));
      break;
    }
    case 'start':
      if (hasEnded(name)) begin(name);
      console.log(name);
      break;
    case 'logs':
      await follow(name, args.includes('--since') ? fs.statSync(file(name, 'log')).size : 0);
      break;
    case 'wait':
      if (!exists(name)) fail(`Error response from daemon: No such container: ${name}`);
      while (!hasEnded(name)) await delay(20);
      console.log(exists(name) ? fs.readFileSync(file(name, 'exit'), 'utf8') : '137');
      break;
    case 'stop':
      if (!exists(name)) fail(`Error response from daemon: No such container: ${name}`);
      end(name, 'SIGTERM');
      while (!hasEnded(name)) await delay(20);
      console.log(name);
      break;
    case 'rm':
      for (const removed of args.filter((argument) => !argument.startsWith('--'))) {
        if (!exists(removed)) {
          process.stderr.write(`Error response from daemon: No such container: ${removed}\n`);
          process.exitCode = 1;
          continue;
        }
        end(removed, 'SIGKILL');
        fs.rmSync(folder(removed), { recursive: true, force: true });
        console.log(removed);
      }
      break;
    default:
      fail(`docker: '${command}' is not a docker command.`);
  }
}
