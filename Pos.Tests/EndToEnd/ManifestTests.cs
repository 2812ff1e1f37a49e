using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pos.AppHost.Hosting;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Tests <c>--publisher manifest</c>, which describes all resources without starting them.</summary>
[SystemTest]
public sealed partial class ManifestTests : IDisposable
{
    private static readonly JsonSerializerOptions s_plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pos manifest ");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Manifest_has_every_resource_and_parameters_in_place_of_secrets()
    {
        var (file, data) = (Path.Combine(_folder.FullName, "pos.json"), Path.Combine(_folder.FullName, "data"));
        var appHost = BuiltProgram.Find(Path.Combine(Repository.Folder, "Pos.AppHost", "Pos.AppHost.csproj"))!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await Tool.RunAsync(
            new ProcessStartInfo(
                appHost,
                ["--publisher", "manifest", "--output-path", file, $"--Pos:DataFolder={data}"]
            ),
            limit.Token
        );

        var resources = JsonNode.Parse(await File.ReadAllTextAsync(file, limit.Token))!["resources"]!.AsObject();
        Assert.Equal(
            ["executable.v0", "project.v0", "project.v0", "project.v0", "project.v0", "project.v0", "project.v0"],
            new[] { "warehouse", "localcloud", "provision", "ingest", "processor", "lookup", "ui" }.Select(name =>
                resources[name]!["type"]!.GetValue<string>()
            )
        );
        Assert.Empty(Unresolved(resources));
        Assert.Equal("{ingest.bindings.http.url}", Environment(resources, "ui", "services__ingest__http__0"));
        Assert.Equal("{access-key-id.value}", Environment(resources, "ingest", "AWS_ACCESS_KEY_ID"));
        Assert.Equal("{secret-access-key.value}", Environment(resources, "ingest", "AWS_SECRET_ACCESS_KEY"));
        Assert.True(resources["secret-access-key"]!["inputs"]!["value"]!["secret"]!.GetValue<bool>());
        Assert.Equal(
            "Host=127.0.0.1;Port={warehouse.bindings.tcp.port};Username=pos_lookup;"
                + "Password={warehouse-lookup-password.value};Database=pos",
            resources["warehouse-lookup"]!["connectionString"]!.GetValue<string>()
        );
        Assert.False(Directory.Exists(data));
    }

    private static string Environment(JsonObject resources, string resource, string name) =>
        resources[resource]!["env"]![name]!.GetValue<string>();

    /// <summary>Returns the expressions that refer to no resource, or to a part that the resource lacks.</summary>
    private static IEnumerable<string> Unresolved(JsonObject resources) =>
        Expression()
            .Matches(resources.ToJsonString(s_plain))
            .Select(match => match.Groups[1].Value)
            .Distinct()
            .Where(expression => !IsResolved(resources, expression.Split('.')));

    private static bool IsResolved(JsonObject resources, string[] path) =>
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
