// A stand-in for '@aws-sdk/client-redshift-data' and '@aws-sdk/client-secrets-manager'. Logs statements and responds
// like the services. A statement is still running at the first status call.
import { appendFileSync } from 'node:fs';

const { LOG, APPLIED, USERS, FAIL } = process.env;
const statements = [];

class Command {
  constructor(input) { this.input = input; }
}
export class ExecuteStatementCommand extends Command {}
export class BatchExecuteStatementCommand extends Command {}
export class DescribeStatementCommand extends Command {}
export class GetStatementResultCommand extends Command {}
export class GetSecretValueCommand extends Command {}

export class RedshiftDataClient {
  async send({ constructor, input }) {
    switch (constructor) {
      case ExecuteStatementCommand: return start(input, [input.Sql]);
      case BatchExecuteStatementCommand: return start(input, input.Sqls);
      case DescribeStatementCommand: {
        const statement = statements[input.Id];
        if (!statement.asked) return statement.asked = true, { Status: 'STARTED' };
        const isFailure = FAIL && statement.sqls.some((sql) => sql.includes(FAIL));
        return isFailure ? { Status: 'FAILED', Error: `cannot ${FAIL}` } : { Status: 'FINISHED' };
      }
      default: {
        const values = (statements[input.Id].sqls[0].includes('pg_user') ? USERS : APPLIED).split(',').filter(Boolean);
        const at = Number(input.NextToken ?? 0); // One value per page.
        return {
          Records: values.slice(at, at + 1).map((stringValue) => [{ stringValue }]),
          NextToken: at + 1 < values.length ? `${at + 1}` : undefined,
        };
      }
    }
  }
}

export class SecretsManagerClient {
  async send({ input }) {
    return { SecretString: JSON.stringify({ username: input.SecretId, password: 'secret' }) };
  }
}

function start({ WorkgroupName, Database, SecretArn }, sqls) {
  appendFileSync(LOG, JSON.stringify({ session: `${WorkgroupName}/${Database}/${SecretArn}`, sqls }) + '\n');
  return { Id: statements.push({ sqls }) - 1 };
}
