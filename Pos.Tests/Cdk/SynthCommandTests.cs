using System.Diagnostics;
using System.Text.Json.Nodes;
using Pos.Cdk;
using Xunit;

namespace Pos.Tests.Cdk;

/// <summary><c>dotnet run --project deploy/Pos.Cdk -- synth</c>, as people run it.</summary>
[SystemTest]
public sealed class SynthCommandTests
{
    [Fact]
    public async Task Synth_writes_the_template_of_the_stage_and_prints_its_path()
    {
        var folder = Directory.CreateTempSubdirectory("pos synth ").FullName;
        foreach (var service in (string[])["ingest", "processor", "lookup"])
        {
            Directory.CreateDirectory(Path.Combine(folder, service));
            await File.WriteAllTextAsync(Path.Combine(folder, service, "bootstrap"), "");
        }

        var output = await RunAsync(
            "synth",
            "--stage",
            "prod",
            "--no-web-app",
            "--functions",
            folder,
            "--output",
            Path.Combine(folder, "out")
        );

        var template = output.Trim();
        Assert.Equal(Path.Combine(folder, "out", "pos-prod.template.json"), template);
        Assert.NotNull(JsonNode.Parse(await File.ReadAllTextAsync(template))!["Resources"]);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("deploy")]
    [InlineData("synth", "--stage", "test")]
    [InlineData("synth", "--functions", "nowhere")]
    public async Task Invalid_arguments_fail_with_a_message(params string[] arguments)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(arguments));

        Assert.Contains(arguments[^1], failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        return await Tool.RunAsync(
            new ProcessStartInfo(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                [typeof(PosStack).Assembly.Location, .. arguments]
            ),
            limit.Token
        );
    }
}
