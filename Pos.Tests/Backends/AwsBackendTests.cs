using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Pos.AppHost;
using Pos.Storage;
using Pos.Tests.Cdk;
using Xunit;

namespace Pos.Tests.Backends;

/// <summary>Tests services on this machine that use resources deployed by Pos.Cdk.</summary>
[Collection<Synthesized>]
[SystemTest]
public sealed class AwsBackendTests(SynthesizedStages stages) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos aws ").FullName;

    private string OutputsFile => Path.Combine(_folder, "aws-outputs.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Services_get_the_outputs_of_a_deployment()
    {
        Write(new() { ["pos-dev"] = Outputs() });
        await using var app = await AppHostModel.DescribeAsync(_folder, "--Pos:Backend=aws");

        Assert.Equal(
            ["pipeline", "warehouse-lookup", "ingest", "processor", "lookup", "ui"],
            app.Resources.Select(resource => resource.Name).Where(name => !IsAspires(name))
        );
        foreach (var service in (string[])["ingest", "processor", "lookup"])
        {
            var environment = await AppHostModel.EnvironmentAsync(app.Find(service));
            Assert.Equal("value-of-Region", environment["AWS_REGION"]);
            foreach (var name in Names())
                Assert.Equal($"value-of-{name}", environment[$"Pos__Resources__{name}"]);
            // The SDK finds endpoints and credentials itself.
            Assert.DoesNotContain(environment.Keys, name =>
                name.StartsWith("AWS_", StringComparison.Ordinal) && name != "AWS_REGION"
            );
            Assert.Equal("false", environment["Processor__EventSourceMapping__Enabled"]);
        }
        var warehouse = (IResourceWithConnectionString)app.Find("warehouse-lookup");
        Assert.StartsWith(
            "Host=value-of-WarehouseHost;Port=value-of-WarehousePort;Database=value-of-WarehouseDatabase;"
                + "Username=pos_reader;",
            warehouse.ConnectionStringExpression.ValueExpression,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Outputs_of_several_stacks_require_the_name_of_one()
    {
        Write(new() { ["pos-prod"] = Outputs(), ["pos-dev"] = Outputs() });
        await using (
            var app = await AppHostModel.DescribeAsync(_folder, "--Pos:Backend=aws", "--Pos:Aws:Stack=pos-prod")
        )
            Assert.NotEmpty(app.Resources);
        Assert.Equal(
            $"{OutputsFile} has outputs of pos-dev, pos-prod. Set Pos:Aws:Stack to one of them.",
            await RefusalAsync()
        );
        Assert.Equal(
            $"{OutputsFile} has outputs of pos-dev, pos-prod. Set Pos:Aws:Stack to one of them.",
            await RefusalAsync("--Pos:Aws:Stack=another")
        );
    }

    [Fact]
    public async Task Missing_outputs_are_named_with_the_command_that_writes_them()
    {
        var remedy =
            $"Write it with `npx aws-cdk@2 deploy -c stage=dev --outputs-file \"{OutputsFile}\"` in deploy/Pos.Cdk, "
            + "or set Pos:Aws:OutputsFile to another file.";
        Assert.Equal(
            $"Pos:Backend=aws needs the outputs of a deployment in {OutputsFile}, which does not exist. {remedy}",
            await RefusalAsync()
        );

        foreach (var name in (string[])["Stream", "Region", "WarehouseHost"])
        {
            var outputs = Outputs();
            outputs.Remove(name);
            Write(new() { ["pos-dev"] = outputs });
            Assert.Equal($"{OutputsFile} lacks the output {name}. {remedy}", await RefusalAsync());
        }

        await File.WriteAllTextAsync(OutputsFile, "not JSON");
        Assert.EndsWith(remedy, await RefusalAsync(), StringComparison.Ordinal);
    }

    /// <summary>True if Aspire added the resource, to rebuild a project.</summary>
    private static bool IsAspires(string name) => name.EndsWith("-rebuilder", StringComparison.Ordinal);

    private static IEnumerable<string> Names() =>
        typeof(PosResources)
            .GetProperties()
            .Where(property => property.PropertyType == typeof(string))
            .Select(property => property.Name);

    /// <summary>Returns a value for each output in Pos.Cdk's template.</summary>
    private Dictionary<string, string> Outputs() =>
        stages.Dev.Json["Outputs"]!.AsObject().ToDictionary(output => output.Key, output => $"value-of-{output.Key}");

    private void Write(Dictionary<string, Dictionary<string, string>> stacks) =>
        File.WriteAllText(OutputsFile, JsonSerializer.Serialize(stacks));

    /// <summary>
    /// Returns the message of a refused start. Uses a new data folder each time: a refused start keeps its folder
    /// locked until the process ends.
    /// </summary>
    private async Task<string> RefusalAsync(params string[] settings) =>
        (
            await Assert.ThrowsAsync<StartRefusedException>(() =>
                AppHostModel.DescribeAsync(
                    Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName,
                    ["--Pos:Backend=aws", $"--Pos:Aws:OutputsFile={OutputsFile}", .. settings]
                )
            )
        ).Message;
}
