using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>Tests the custom resource that updates the warehouse's schema, with node.</summary>
[SystemTest]
public sealed class SchemaUpdateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pos schema ");

    [Fact]
    public async Task New_scripts_run_once_each_in_a_batch_and_users_are_created()
    {
        var (status, ran) = await UpdateAsync(
            "Create",
            applied: "0001_tables.sql,0003_views.sql",
            users: "rdsdb,reader"
        );

        Assert.Equal("SUCCESS", status);
        Assert.All(ran, run => Assert.Equal("pos-dev/pos/owner", run.Session));
        Assert.Equal(["CREATE INDEX b", "INSERT INTO schema_scripts (name) VALUES ('0002_more.sql')"], ran[2].Sqls);
        // md5 of "secret" and the user's name.
        Assert.Equal(
            [
                "CREATE USER delivery PASSWORD 'md55c88ea1d7bf79cadd6f7e41fe24b45ee'",
                "GRANT INSERT ON purchase_lines_landing TO delivery",
                "ALTER USER reader PASSWORD 'md566fcbeb7e76b30b9a35c30c429c4efef'",
                "ALTER USER reader SET statement_timeout TO 25000",
            ],
            ran.Skip(4).Select(run => run.Sqls.Single())
        );
    }

    [Fact]
    public async Task A_failing_script_fails_the_deployment()
    {
        var (status, ran) = await UpdateAsync("Update", applied: "", users: "", fail: "CREATE INDEX b");

        Assert.Equal("FAILED Cannot update the warehouse's schema: cannot CREATE INDEX b", status);
        Assert.DoesNotContain(ran, run => run.Sqls.Any(sql => sql.Contains("VIEW", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Destroying_the_stack_runs_nothing()
    {
        var (status, ran) = await UpdateAsync("Delete", applied: "", users: "");

        Assert.Equal("SUCCESS", status);
        Assert.Empty(ran);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<(string Status, Run[] Ran)> UpdateAsync(
        string requestType,
        string applied,
        string users,
        string fail = ""
    )
    {
        var answered = new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cloudFormation = WebApplication
            .CreateBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"])
            .Build();
        cloudFormation.MapPut("/answer", async (HttpRequest request) =>
            answered.SetResult((await JsonSerializer.DeserializeAsync<Answer>(request.Body))!)
        );
        await cloudFormation.StartAsync();
        var url = cloudFormation
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();

        var log = Path.Combine(_folder.FullName, "run.log");
        await File.WriteAllTextAsync(log, "");
        foreach (var package in (string[])["client-redshift-data", "client-secrets-manager"])
        {
            var folder = Directory
                .CreateDirectory(Path.Combine(_folder.FullName, "node_modules", "@aws-sdk", package))
                .FullName;
            File.Copy(
                Path.Combine(Repository.Folder, "Pos.Tests", "Cdk", "DataApi", "data-api.mjs"),
                Path.Combine(folder, "index.mjs")
            );
            await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{"exports":"./index.mjs"}""");
        }
        File.Copy(
            Path.Combine(Repository.Folder, "deploy", "Pos.Cdk", "Warehouse", "apply-schema", "index.mjs"),
            Path.Combine(_folder.FullName, "index.mjs")
        );
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "scripts.json"),
            """
            [{"name":"0001_tables.sql","statements":["CREATE TABLE a"]},
             {"name":"0002_more.sql","statements":["CREATE INDEX b"]},
             {"name":"0003_views.sql","statements":["CREATE VIEW c"]}]
            """
        );
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "invoke.mjs"),
            $$"""
            import { handler } from './index.mjs';
            const event = { RequestType: '{{requestType}}', ResponseURL: '{{url}}/answer', StackId: 'stack' };
            await handler(
              { ...event, RequestId: 'request', LogicalResourceId: 'Update' },
              { getRemainingTimeInMillis: () => 60000 });
            """
        );
        var node = new ProcessStartInfo("node", ["invoke.mjs"]) { WorkingDirectory = _folder.FullName };
        foreach (
            var (name, value) in new Dictionary<string, string>
            {
                ["WORKGROUP"] = "pos-dev",
                ["DATABASE"] = "pos",
                ["OWNER_SECRET"] = "owner",
                ["DELIVERY_SECRET"] = "delivery",
                ["READER_SECRET"] = "reader",
                ["LANDING_TABLE"] = "purchase_lines_landing",
                ["LOG"] = log,
                ["APPLIED"] = applied,
                ["USERS"] = users,
                ["FAIL"] = fail,
            }
        )
            node.Environment[name] = value;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await Tool.RunAsync(node, limit.Token);

        var answer = await answered.Task.WaitAsync(limit.Token);
        Assert.Equal(
            ("schema-of-pos-dev", "stack", "request", "Update"),
            (answer.PhysicalResourceId, answer.StackId, answer.RequestId, answer.LogicalResourceId)
        );
        return (
            $"{answer.Status} {answer.Reason}".Trim(),
            [
                .. (await File.ReadAllLinesAsync(log)).Select(line =>
                    JsonSerializer.Deserialize<Run>(line, JsonSerializerOptions.Web)!
                ),
            ]
        );
    }

    private sealed record Answer(
        string Status,
        string? Reason,
        string PhysicalResourceId,
        string StackId,
        string RequestId,
        string LogicalResourceId
    );

    private sealed record Run(string Session, string[] Sqls);
}
