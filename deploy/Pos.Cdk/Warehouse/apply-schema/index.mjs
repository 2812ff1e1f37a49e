// Custom resource: runs the scripts of the schema that have not run yet, each in a transaction, and creates the users.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const { WORKGROUP, DATABASE, OWNER_SECRET, DELIVERY_SECRET, READER_SECRET, LANDING_TABLE } = process.env;
const scripts = JSON.parse(readFileSync(new URL('scripts.json', import.meta.url)));
const data = new RedshiftDataClient();
const secrets = new SecretsManagerClient();
const session = { WorkgroupName: WORKGROUP, Database: DATABASE, SecretArn: OWNER_SECRET };

export async function handler(event, context) {
  const answer = {
    Status: 'SUCCESS',
    PhysicalResourceId: event.PhysicalResourceId ?? `schema-of-${WORKGROUP}`,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  };
  try {
    if (event.RequestType !== 'Delete') await migrate(() => context.getRemainingTimeInMillis() > 15_000);
  } catch (error) {
    console.error(error);
    answer.Status = 'FAILED';
    answer.Reason = `Cannot update the warehouse's schema: ${error.message}`.slice(0, 1000);
  }
  const body = JSON.stringify(answer);
  const response = await fetch(event.ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
  if (!response.ok) throw new Error(`CloudFormation returned ${response.status}`);
}

async function migrate(hasTime) {
  await run(
    'CREATE TABLE IF NOT EXISTS schema_scripts '
      + '(name varchar(200) NOT NULL, applied_at timestamptz DEFAULT getdate())',
  );
  const applied = new Set(await column('SELECT name FROM schema_scripts'));
  for (const { name, statements } of scripts) {
    if (applied.has(name)) continue;
    console.log(`applying ${name}`);
    await done(await data.send(new BatchExecuteStatementCommand({
      ...session, StatementName: name, Sqls: [...statements, `INSERT INTO schema_scripts (name) VALUES ('${name}')`],
    })));
  }
  const users = new Set(await column('SELECT usename FROM pg_user'));
  await user(DELIVERY_SECRET, '', (name) => `GRANT INSERT ON ${LANDING_TABLE} TO ${name}`);
  await user(READER_SECRET, 'IN GROUP pos_readers', (name) => `ALTER USER ${name} SET statement_timeout TO 25000`);

  async function user(secretId, membership, rights) {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
    const { username, password } = JSON.parse(SecretString);
    // CREATE USER accepts 'md5' plus a digest of password and name, which keeps the password out of the history.
    const digest = createHash('md5').update(password + username).digest('hex');
    const login = `USER ${username} PASSWORD 'md5${digest}'`;
    await run(users.has(username) ? `ALTER ${login}` : `CREATE ${login} ${membership}`.trimEnd());
    await run(rights(username));
  }

  async function run(sql) {
    return done(await data.send(new ExecuteStatementCommand({ ...session, Sql: sql })));
  }

  async function column(sql) {
    const { Id } = await run(sql);
    const values = [];
    for (let token; ;) {
      const page = await data.send(new GetStatementResultCommand({ Id, NextToken: token }));
      values.push(...page.Records.map(([field]) => field.stringValue));
      if (!(token = page.NextToken)) return values;
    }
  }

  async function done({ Id }) {
    while (hasTime()) {
      const { Status, Error: reason } = await data.send(new DescribeStatementCommand({ Id }));
      if (Status === 'FINISHED') return { Id };
      if (Status === 'FAILED' || Status === 'ABORTED') throw new Error(reason ?? Status);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw new Error(`statement ${Id} did not end in time`);
  }
}
