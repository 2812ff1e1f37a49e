using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Pos.Tests.Substitutes;

/// <summary>
/// Tests <c>-p:OfficialAwsSdk=true</c>, which selects the official Kinesis and Firehose clients. Only evaluates the
/// projects, as some package feeds lack these packages.
/// </summary>
[SystemTest]
public sealed class OfficialAwsSdkTests
{
    private static readonly string[] s_packages = ["AWSSDK.Kinesis", "AWSSDK.KinesisFirehose"];

    [Theory]
    [InlineData("Pos.ServiceDefaults")]
    [InlineData("Pos.AppHost")]
    [InlineData("Pos.Tests")]
    public async Task The_property_replaces_each_substitute_with_its_official_package(string project)
    {
        var official = await EvaluateAsync(project, "-p:OfficialAwsSdk=true");
        Assert.Empty(s_packages.Except(Identities(official, "PackageReference")));
        Assert.DoesNotContain(Identities(official, "ProjectReference"), IsSubstitute);

        var usual = await EvaluateAsync(project);
        Assert.Empty(s_packages.Intersect(Identities(usual, "PackageReference")));
        Assert.Contains(Identities(usual, "ProjectReference"), IsSubstitute);
    }

    [Fact]
    public void The_official_packages_have_versions()
    {
        var versions = File.ReadAllText(Path.Combine(Repository.Folder, "Directory.Packages.props"));
        Assert.All(s_packages, package => Assert.Contains($"<PackageVersion Include=\"{package}\"", versions));
    }

    private static bool IsSubstitute(string reference) => reference.Contains("substitutes", StringComparison.Ordinal);

    private static IEnumerable<string> Identities(JsonNode evaluated, string item) =>
        evaluated["Items"]![item]!.AsArray().Select(each => each!["Identity"]!.GetValue<string>());

    private static async Task<JsonNode> EvaluateAsync(string project, params string[] switches)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                "msbuild",
                Path.Combine(Repository.Folder, project, $"{project}.csproj"),
                "-nologo",
                "-nodeReuse:false",
                "-getItem:PackageReference",
                "-getItem:ProjectReference",
                .. switches,
            ]
        )
        {
            WorkingDirectory = Repository.Folder,
        };
        // MSBuild runs these tests, and its variables would point the new one to the wrong SDK.
        foreach (var name in start.Environment.Keys.Where(IsMsBuildVariable).ToArray())
            start.Environment.Remove(name);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        return JsonNode.Parse(await Tool.RunAsync(start, limit.Token))!;
    }

    private static bool IsMsBuildVariable(string name) =>
        name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase);
}
