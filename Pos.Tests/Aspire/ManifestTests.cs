using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace Pos.Tests.Aspire;

/// <summary><c>--publisher manifest</c>: the model as Aspire's deployment manifest, and nothing is started.</summary>
public sealed partial class ManifestTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pos manifest ");

    [Fact]
    public async Task Every_kind_of_resource_has_its_form()
    {
        var manifest = await PublishAsync(builder =>
        {
            var password = builder.AddParameter("password", secret: true);
            var db = builder
                .AddContainer("db", "postgres", "17")
                .WithEndpoint(targetPort: 5432, port: 15432, scheme: "tcp", name: "tcp")
                .WithVolume("data", "/var/lib")
                .WithEnvironment("POSTGRES_PASSWORD", password);
            var connection = builder.AddConnectionString(
                "orders",
                ReferenceExpression.Create(
                    $"Host={db.GetEndpoint("tcp").Property(EndpointProperty.Host)};Password={password}"
                )
            );
            var api = builder
                .AddProject("api", Echo, launchProfileName: null)
                .WithHttpEndpoint()
                .WithExternalHttpEndpoints()
                .WithReference(connection);
            builder
                .AddExecutable("tool", "node", _folder.FullName, "a.js", "--to")
                .WithArgs(context => context.Args.Add(api.GetEndpoint("http")));
            builder.AddConnectionString("elsewhere");
            builder.AddExecutable("local", "sh", _folder.FullName).ExcludeFromManifest();
        });

        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    $$"""
                    {
                      "password": { "type": "parameter.v0", "value": "{password.inputs.value}", "inputs": { "value": { "type": "string", "secret": true } } },
                      "db": {
                        "type": "container.v0", "image": "postgres:17", "volumes": [ { "name": "data", "target": "/var/lib", "readOnly": false } ],
                        "env": { "POSTGRES_PASSWORD": "{password.value}" },
                        "bindings": { "tcp": { "scheme": "tcp", "protocol": "tcp", "transport": "tcp", "port": 15432, "targetPort": 5432 } }
                      },
                      "orders": { "type": "value.v0", "connectionString": "Host={db.bindings.tcp.host};Password={password.value}" },
                      "api": {
                        "type": "project.v0", "path": "{{Path.GetRelativePath(_folder.FullName, Echo)}}",
                        "env": {
                          "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY": "in_memory", "ASPNETCORE_FORWARDEDHEADERS_ENABLED": "true", "HTTP_PORTS": "{api.bindings.http.targetPort}",
                          "ConnectionStrings__orders": "{orders.connectionString}"
                        },
                        "bindings": { "http": { "scheme": "http", "protocol": "tcp", "transport": "http", "external": true } }
                      },
                      "tool": { "type": "executable.v0", "workingDirectory": ".", "command": "node", "args": [ "a.js", "--to", "{api.bindings.http.url}" ] },
                      "elsewhere": { "type": "parameter.v0", "connectionString": "{elsewhere.value}", "value": "{elsewhere.inputs.value}", "inputs": { "value": { "type": "string", "secret": true } } }
                    }
                    """
                ),
                manifest["resources"]
            ),
            manifest.ToJsonString()
        );
    }

    [Fact]
    public async Task Nothing_is_started_and_nobody_is_asked_for_a_value()
    {
        var started = false;
        await PublishAsync(builder =>
        {
            var secret = builder.AddParameter(
                "secret",
                () => throw new InvalidOperationException("asked"),
                secret: true
            );
            builder
                .AddExecutable("tool", "sh", _folder.FullName, "-c", "touch started")
                .WithEnvironment("SECRET", secret)
                .OnBeforeResourceStarted((_, _, _) => Task.FromResult(started = true));
        });

        Assert.False(started);
        Assert.Equal(["aspire-manifest.json"], _folder.EnumerateFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task All_that_the_AppHost_runs_is_in_its_manifest_and_nothing_is_touched()
    {
        var (file, data) = (Path.Combine(_folder.FullName, "pos.json"), Path.Combine(_folder.FullName, "data"));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await Tool.RunAsync(
            new ProcessStartInfo(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                [
                    "exec",
                    Path.Combine(AppContext.BaseDirectory, "Pos.AppHost.dll"),
                    "--publisher",
                    "manifest",
                    "--output-path",
                    file,
                    $"--Pos:DataFolder={data}",
                ]
            ),
            limit.Token
        );

        var text = await File.ReadAllTextAsync(file, limit.Token);
        var resources = JsonNode.Parse(text)!["resources"]!.AsObject();
        Assert.Empty(
            (
                (string[])
                    [
                        "localcloud",
                        "dynalite",
                        "warehouse",
                        "warehouse-bi",
                        "warehouse-lookup",
                        "provision",
                        "ingest",
                        "processor",
                        "lookup",
                        "ui",
                    ]
            ).Except(resources.Select(resource => resource.Key))
        );
        Assert.Empty(Unresolved(resources));
        Assert.Equal(
            "{ingest.bindings.http.url}",
            resources["ui"]!["env"]!["services__ingest__http__0"]!.GetValue<string>()
        );
        Assert.Equal("{access-key-id.value}", resources["ingest"]!["env"]!["AWS_ACCESS_KEY_ID"]!.GetValue<string>());
        Assert.Equal(
            "Host=127.0.0.1;Port={warehouse.bindings.tcp.port};Username=pos_lookup;Password={warehouse-lookup-password.value};Database=pos",
            resources["warehouse-lookup"]!["connectionString"]!.GetValue<string>()
        );
        Assert.False(Directory.Exists(data));
    }

    [Theory]
    [InlineData("--publisher", "docker")]
    [InlineData("--operation", "publish")]
    public void Other_publishers_are_refused(params string[] arguments) =>
        Assert.Contains(
            "--publisher manifest",
            Assert
                .Throws<DistributedApplicationException>(() => DistributedApplication.CreateBuilder(arguments))
                .Message,
            StringComparison.Ordinal
        );

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Echo =>
        Path.Combine(Repository.Folder, "Pos.Tests", "Aspire", "Echo", "Pos.Tests.Echo.csproj");

    private async Task<JsonNode> PublishAsync(Action<IDistributedApplicationBuilder> describe)
    {
        var builder = DistributedApplication.CreateBuilder([
            "--operation",
            "publish",
            "--publisher",
            "manifest",
            "--output-path",
            _folder.FullName,
        ]);
        Assert.True(builder.ExecutionContext.IsPublishMode);
        describe(builder);
        await using var application = builder.Build();
        await application.RunAsync(TestContext.Current.CancellationToken);
        var manifest = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "aspire-manifest.json"))
        )!;
        Assert.Empty(Unresolved(manifest["resources"]!.AsObject()));
        return manifest;
    }

    /// <summary>Expressions that lead to no resource, or to a part of it that it has not.</summary>
    internal static IEnumerable<string> Unresolved(JsonObject resources) =>
        Expression()
            .Matches(
                resources.ToJsonString(
                    new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
                )
            )
            .Select(match => match.Groups[1].Value)
            .Distinct()
            .Where(expression => !Leads(resources, expression.Split('.')));

    private static bool Leads(JsonObject resources, string[] path) =>
        path switch
        {
            [var name, "bindings", var endpoint, _] => resources[name]?["bindings"]?[endpoint] is not null,
            [var name, "inputs", var input] => resources[name]?["inputs"]?[input] is not null,
            [var name, var property] => resources[name]?[property] is not null,
            _ => false,
        };

    [GeneratedRegex(@"\{([a-zA-Z][\w-]*(?:\.[\w-]+)+)\}")]
    private static partial Regex Expression();
}
